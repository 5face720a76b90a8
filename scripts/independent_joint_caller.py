#!/usr/bin/env python3
"""Calls a seller's joint endpoint as KooGallery would, and checks every byte of what comes back.

One address serves V1 (GET with authToken), V2 (POST with a signed query), the joint-operations kit in both versions
(POST to produceAPI/… under it) and licences. Written from the vendor's pages alone, with nothing but Python's standard
library: what this finds wrong, KooGallery would. It needs no code of this workspace, and works against any seller.

    independent_joint_caller.py --url http://127.0.0.1:8080/saasproduce    the seller runs already
    independent_joint_caller.py --command target/debug/joint-shop          starts the seller itself, and stops it
    independent_joint_caller.py --self-test                                whether this caller itself is right

The keys are in KOOGALLERY_ACCESS_KEY and KOOGALLERY_KIT_KEY (by default the access key). A command has to print
`listening on URL` when it is ready. `--kit-public-key` names the public key with which KooGallery encrypts a
clientSecret. Prints what failed, and `N passed, M failed` as the last line; exits with 0 if nothing failed, otherwise
with 1.
"""

import argparse
import os
import secrets
import sys

sys.dont_write_bytecode = True  # a source tree is no place for it

# pylint: disable=wrong-import-position
from independent_caller import Failed, Seller  # noqa: E402
from joint_caller import crypto, extend, kit, kit1, kit2, licences  # noqa: E402
from joint_caller import sealed, self_test, spelling, sweep, v1, v2  # noqa: E402
from joint_caller.market import Checks, Kit, Market  # noqa: E402

PARTS = {
    "purchase": v1.check_purchase,
    "life": v1.check_life,
    "debugging": v1.check_debugging,
    "fields": v1.check_fields,
    "extend": extend.check_extend,
    "spelling": spelling.check_spelling,
    "refusals": spelling.check_refusals,
    "sealed": sealed.check_sealed,
    "licence1": licences.check_licence1,
    "v2": v2.check_v2,
    "licence2": licences.check_licence2,
    "kit1": kit1.check_kit1,
    "secrets": kit.check_secrets,
    "kit2": kit2.check_kit2,
    "interfaces": kit.check_interfaces,
    "sweep": sweep.check_sweep,
}


def every_part(market, checks, chosen):
    if checks.options.kit_public_key:
        with open(checks.options.kit_public_key, encoding="ascii") as file:
            market.public_key = crypto.public_key(file.read())
    for name in chosen:
        try:
            PARTS[name](market, checks)
        except (Failed, OSError, ValueError) as error:
            checks.failed += 1
            print(f"FAIL {name}, the rest of it: {type(error).__name__}: {error}", flush=True)


def check_seller(checks, chosen):
    options = checks.options

    def with_url(url):
        market = Market(url, options.key)
        market.kit, market.public_key = Kit(url, options.kit_key), None
        every_part(market, checks, chosen)

    try:
        if options.url:
            with_url(options.url)
        else:
            with Seller(options.command) as seller:
                with_url(seller.url)
                checks.run("stops on SIGTERM", seller.stop)
    except (Failed, OSError, ValueError) as error:
        checks.failed += 1
        print(f"FAIL nothing more can be checked: {type(error).__name__}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    key = os.environ.get("KOOGALLERY_ACCESS_KEY")
    parser.add_argument("--url", help="a seller that runs")
    parser.add_argument("--command", help="starts a seller")
    parser.add_argument("--key", default=key, help="default: $KOOGALLERY_ACCESS_KEY")
    parser.add_argument("--kit-key", default=os.environ.get("KOOGALLERY_KIT_KEY"),
                        help="default: $KOOGALLERY_KIT_KEY, otherwise the access key")
    parser.add_argument("--kit-public-key", help="a PEM file; read when the seller is ready")
    parser.add_argument("--only", help="comma-separated: " + " ".join(PARTS))
    parser.add_argument("--calls", type=int, default=1_000, help="how many calls the sweep makes")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--self-test", action="store_true", help="checks this caller, and calls nobody")
    parser.add_argument("--verbose", action="store_true", help="also print what passed")
    options = parser.parse_args()
    checks = Checks(options)
    if options.self_test:
        self_test.run(checks)
    else:
        if not options.key:
            parser.error("no key: set KOOGALLERY_ACCESS_KEY, or give --key")
        if bool(options.url) == bool(options.command):
            parser.error("give either --url or --command")
        options.kit_key = options.kit_key or options.key
        chosen = options.only.split(",") if options.only else list(PARTS)
        for name in chosen:
            if name not in PARTS:
                parser.error(f"no such checks: {name}")
        check_seller(checks, chosen)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.passed and not checks.failed else 1


if __name__ == "__main__":
    sys.exit(main())
