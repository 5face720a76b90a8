"""The joint-operations kit, V2: POST with x-sign, x-timestamp and x-nonce."""

import json

from independent_caller import at_once, sorted_body

from .kit import LENGTHS, NEEDED, ORGANISATION, USERS, Calls, orgs_of_v2
from .licences import without
from .market import CHINA, INVALID, NOT_AUTHENTIC, REFUSED, SUCCESS, compact, mac, stamp, time, want
from .v1 import TYPED, buy

# What V2 knows beside 1, which adds: 0 deletes, 2 modifies, 3 cancels an authorisation.
FLAGS = {"tenantSync": (2, 0), "applicationSync": (2, 0), "authSync": (2, 3, 0), "singleOrgSync": (2, 0),
         "allOrgSync": ()}


def check_kit2(market, checks):
    kit, calls = market.kit, Calls(market, buy(market)[0])
    if not market.public_key:
        print("NOT CHECKED: kit V2's applicationSync, for want of --kit-public-key", flush=True)
    each = [(path, orgs_of_v2(call)) for path, call in calls.each()]
    for path, call in each:
        run = lambda name, *more, **how: checks.run(f"kit V2: {path}, {name}", kit.sync2, *more, **how)
        for again in ("", ", again"):
            run(f"as it is{again}", SUCCESS, path, call)
        for name, change in (("in capitals", str.upper), ("in lower case", str.lower), ("in both cases", str.title)):
            run(f"x-sign {name}", SUCCESS, path, call, change=change)
        run("debugging", SUCCESS, path, call | {"testFlag": 1, "instanceId": TYPED})
        run("no order yet", SUCCESS, path, call | {"instanceId": "", **({"orderId": ""} if "orderId" in call else {})})
        run("flags as texts", SUCCESS, path,
            {name: str(value) if isinstance(value, int) else value for name, value in call.items()})
        for flag in FLAGS[path]:
            run(f"flag {flag}", SUCCESS, path, call | {"flag": flag})
            run(f"flag {flag}, again", SUCCESS, path, call | {"flag": flag})
        stamped = call | {"timeStamp": stamp(CHINA)}
        signed = sorted_body(stamped, False)
        unsorted = dict(sorted(stamped.items(), reverse=True))
        for name, body in (("unsorted", json.dumps(unsorted, ensure_ascii=False, separators=(",", ":")).encode()),
                           ("with blanks", json.dumps(unsorted, indent=2, ensure_ascii=False).encode()),
                           ("with escapes", json.dumps(unsorted).encode()),
                           ("with a null", json.dumps(unsorted | {"unheardOf": None}).encode())):
            run(f"a body that travels {name}, signed sorted", SUCCESS, path, stamped, body=body, signed=signed)
            if name != "with a null":
                run(f"a body that travels {name}, signed as it is", SUCCESS, path, stamped, body=body, signed=body)
        for field in NEEDED[path]:
            field = "orgInfoList" if field == "orgInfo" else field
            run(f"without {field}", INVALID, path, without(call, field))
        for field, most in LENGTHS[path].items():
            run(f"{field} of {most + 1}", INVALID, path, call | {field: "x" * (most + 1)})
        refuse2(kit, checks, path, stamped)
    lists = {"authSync": {"userList": USERS}, "allOrgSync": {"orgInfoList": [
        {"orgCode": one["orgCode"], "orgName": one["name"], "parentCode": one["parentCode"]} for one in ORGANISATION]}}
    for path, call in each:
        if path in lists:
            checks.run(f"kit V2: {path} with a list that is one", kit.sync2, SUCCESS, path, call | lists[path])
    checks.run("kit V2: nonce and timestamp cannot trade letters", shifts, kit,
               compact(each[0][1] | {"timeStamp": stamp(CHINA)}))


def refuse2(kit, checks, path, call):
    body = compact(call)
    now = time.time_ns() // 1_000_000

    def refused(name, code, lines, sent=body, target=f"v2/{path}", **more):
        checks.run(f"kit V2: {path}, {name}", lambda: kit.judge(kit.send(target, sent, *lines(), **more), code))

    refused("another key", NOT_AUTHENTIC, lambda: kit.headers(body, key=b"another"))
    refused("another body", NOT_AUTHENTIC, lambda: kit.headers(body), body.replace(b'"tenantId":"', b'"tenantId":"x'))
    refused("stale", INVALID, lambda: kit.headers(body, timestamp=now - 90_000))
    refused("from the future", INVALID, lambda: kit.headers(body, timestamp=now + 90_000))
    for timestamp in ("9" * 13, "9" * 40, "-1", "now", f"{now}.0", f"0{now}"):
        refused(f"x-timestamp {timestamp}", REFUSED, lambda: kit.headers(body, timestamp=timestamp))
    for at, name in enumerate(("x-sign", "x-timestamp", "x-nonce")):
        lines = kit.headers(body)
        code = NOT_AUTHENTIC if not at else REFUSED
        refused(f"no {name}", code, lambda: lines[:at] + lines[at + 1:])
        refused(f"{name} twice", REFUSED, lambda: lines + [lines[at]])
        refused(f"{name} twice, another", REFUSED, lambda: [f"{name}: 1234567890123", *lines])
    refused("no headers", REFUSED, lambda: [])
    refused("an inner hash, as in V2", NOT_AUTHENTIC, lambda: kit.headers(mac(kit.key, body).hex().encode()))
    refused("a token of kit V1", REFUSED, lambda: [f"authToken: {kit.token_of(call)}"])
    refused("GET", REFUSED, lambda: kit.headers(b""), b"", method="GET")
    for again in (call["tenantId"], "another"):
        twice = body.replace(b"{", f'{{"tenantId":"{again}",'.encode(), 1)
        refused(f"a member twice, {again}, signed sorted", REFUSED, lambda: kit.headers(body), twice)
        refused(f"a member twice, {again}, signed as it is", REFUSED, lambda: kit.headers(twice), twice)
    for name, wrong in (("empty", b""), ("broken off", body[:-1]), ("a list", b"[]"),
                        ("nested deeply", b'{"x":' * 100_000),
                        ("not UTF-8", body.replace(b'"tenantId":"', b'"tenantId":"\xff'))):
        refused(f"a body that is {name}", INVALID, lambda: kit.headers(wrong), wrong)

    def replayed():
        lines = kit.headers(body)
        kit.judge(kit.send(f"v2/{path}", body, *lines), SUCCESS)
        for copy in (lines, lines[::-1], [lines[0].upper().replace("X-SIGN", "x-sign"), *lines[1:]]):
            kit.judge(kit.send(f"v2/{path}", body, *copy), NOT_AUTHENTIC)

    def copies():
        lines = kit.headers(body)
        codes = at_once(64, lambda _: kit.judge(kit.send(f"v2/{path}", body, *lines))["resultCode"])
        want(sorted(codes) == [SUCCESS] + [NOT_AUTHENTIC] * 63, f"{codes.count(SUCCESS)} of 64 copies were accepted")

    checks.run(f"kit V2: {path}, replayed", replayed)
    checks.run(f"kit V2: {path}, one of 64 copies at once is accepted", copies)


def shifts(kit, body):
    """The signed text has no separators: every other split of nonce and timestamp has the same signature."""
    for accepted_before in (False, True):
        sign, timestamp, nonce = (line.split(": ")[1] for line in kit.headers(body, nonce="n0123"))
        both = nonce + timestamp
        if accepted_before:
            lines = [f"x-sign: {sign}", f"x-timestamp: {timestamp}", f"x-nonce: {nonce}"]
            kit.judge(kit.send("v2/tenantSync", body, *lines), SUCCESS)
        for at in range(len(both) + 1):
            if at != len(nonce):
                lines = [f"x-sign: {sign}", f"x-timestamp: {both[at:]}", f"x-nonce: {both[:at]}"]
                kit.judge(kit.send("v2/tenantSync", body, *lines), REFUSED)
