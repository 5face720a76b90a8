#!/usr/bin/env python3
"""Calls a seller's V2 endpoint as KooGallery would, and checks every byte of what comes back.

Written from the vendor's pages alone, with nothing but Python's standard library: what this finds wrong, KooGallery
would. It needs no code of this workspace, and works against any seller.

    independent_caller.py --url http://127.0.0.1:8080/saasproduce          the key is in KOOGALLERY_ACCESS_KEY
    independent_caller.py --command target/debug/axum-shop                 starts the seller itself, stops and kills it

A command has to print `listening on URL` when it is ready. Prints what failed, and `N passed, M failed` as the last
line; exits with 0 if nothing failed, otherwise with 1.
"""

import argparse
import base64
import collections
import hashlib
import hmac
import json
import os
import random
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

PATIENCE = 25  # seconds; KooGallery itself gives up after 5 to 20

SUCCESS, NOT_AUTHENTIC, INVALID, UNKNOWN, PROCESSING = "000000", "000001", "000002", "000003", "000004"


class Failed(Exception):
    """What the seller did wrong."""


def want(condition, why):
    if not condition:
        raise Failed(why)


# ---- the wire ------------------------------------------------------------------------------------------------------


class Answer:
    """One answer as it travelled."""

    def __init__(self, status_line, lines, body):
        self.status_line = status_line
        self.status = int(status_line.split(b" ")[1])
        self.lines = lines
        self.body = body

    def values(self, name):
        """All values of a header, however it is spelled."""
        pairs = (line.split(b":", 1) for line in self.lines if b":" in line)
        return [value.strip() for other, value in pairs if other.strip().lower() == name.lower()]


class Connection:
    """A TCP connection to the seller."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        more = self.socket.recv(65536)
        self.buffer += more
        return bool(more)

    def until(self, mark):
        while mark not in self.buffer:
            want(self.fill(), f"the connection was closed early, after {self.buffer!r}")
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def exactly(self, length):
        while len(self.buffer) < length:
            want(self.fill(), "the connection was closed within a body")
        found, self.buffer = self.buffer[:length], self.buffer[length:]
        return found

    def answer(self, to_head=False):
        """Reads the next answer."""
        status_line, *lines = self.until(b"\r\n\r\n").split(b"\r\n")
        want(re.fullmatch(rb"HTTP/1\.[01] \d\d\d .*", status_line), f"{status_line!r} is no status line")
        answer = Answer(status_line, lines, b"")
        if to_head or answer.status == 100:
            return answer
        lengths = answer.values(b"Content-Length")
        if lengths:
            want(len(lengths) == 1 and lengths[0].isdigit(), f"Content-Length: {lengths!r}")
            answer.body = self.exactly(int(lengths[0]))
        elif answer.values(b"Transfer-Encoding") == [b"chunked"]:
            while length := int(self.until(b"\r\n").split(b";")[0], 16):
                answer.body += self.exactly(length)
                self.until(b"\r\n")
            while self.until(b"\r\n"):
                pass
        else:
            while self.fill():
                pass
            answer.body, self.buffer = self.buffer, b""
        return answer

    def closed(self):
        """Waits until the other side closes, and wants it to say nothing more."""
        try:
            while self.fill():
                pass
        except ConnectionError:
            pass
        want(not self.buffer, f"after the answer came {self.buffer[:200]!r}")


# ---- KooGallery ----------------------------------------------------------------------------------------------------


class Market:
    """KooGallery, towards one seller."""

    def __init__(self, url, key):
        parts = urllib.parse.urlsplit(url)
        self.host, self.path = parts.netloc, parts.path or "/"
        self.address = (parts.hostname, parts.port or 80)
        self.key = key.encode()

    def connect(self):
        return Connection(self.address)

    def query(self, body, key=None, nonce=None, timestamp=None, signed=None):
        """The signed query of a request, as a list of pairs. `signed` is what is signed instead of the body."""
        key = key or self.key
        nonce = nonce or secrets.token_hex(16)
        timestamp = str(time.time_ns() // 1_000_000) if timestamp is None else str(timestamp)
        inner = hmac.new(key, body if signed is None else signed, hashlib.sha256).hexdigest()
        canonical = key + nonce.encode() + timestamp.encode() + inner.encode()
        signature = hmac.new(key, canonical, hashlib.sha256).hexdigest().upper()
        return [("signature", signature), ("timestamp", timestamp), ("nonce", nonce)]

    def target(self, pairs):
        return self.path + "?" + "&".join(f"{name}={value}" for name, value in pairs)

    def head(self, pairs, *lines, method="POST", version="1.1"):
        """The head of a request."""
        lines = [f"{method} {self.target(pairs)} HTTP/{version}", f"Host: {self.host}", "Accept: application/json",
                 "Content-Type: application/json;charset=utf8", *lines]
        return "\r\n".join([*lines, "", ""]).encode()

    def request(self, body, pairs=None, *lines, **more):
        """A whole request, signed as it should be unless the query is given."""
        pairs = self.query(body) if pairs is None else pairs
        return self.head(pairs, f"Content-Length: {len(body)}", *lines, **more) + body

    def post(self, body, pairs=None, **more):
        """Sends a request on a connection of its own."""
        with self.connect() as connection:
            connection.send(self.request(body, pairs, "Connection: close", **more))
            answer = connection.answer(more.get("method") == "HEAD")
            connection.closed()
            return answer

    def call(self, code, call, pairs=None):
        """Makes a call, and wants this result code."""
        body = call if isinstance(call, bytes) else compact(call)
        return self.judge(self.post(body, pairs), code)

    def judge(self, answer, code=None, status=200):
        """Everything that holds for every answer. `code` is the result code, or a set of those allowed."""
        want(answer.status == status, f"HTTP status {answer.status}, not {status}: {answer.body[:200]!r}")
        self.check_signature(answer)
        try:
            found = json.loads(answer.body)
        except ValueError as error:
            raise Failed(f"{answer.body[:200]!r} is not JSON: {error}") from error
        want(isinstance(found, dict), "the answer is no object")
        text = found.get("resultCode")
        want(isinstance(text, str) and re.fullmatch(r"\d{6}", text), f"resultCode is {text!r}")
        message = found.get("resultMsg")
        want(isinstance(message, str) and len(message) <= 255, f"resultMsg is {message!r}")
        allowed = {code} if isinstance(code, str) else code
        want(not allowed or text in allowed, f"answered {found}, not {code}")
        return found

    def check_signature(self, answer):
        """`Body-Sign` is there once, in this spelling, and signs the body."""
        spelled = [line for line in answer.lines if line.lower().startswith(b"body-sign")]
        want(len(spelled) == 1, f"{len(spelled)} times Body-Sign among {answer.lines}")
        form = rb'Body-Sign: sign_type="HMAC-SHA256", signature= ?"([A-Za-z0-9+/]{43}=)"'
        matched = re.fullmatch(form, spelled[0])
        want(matched, f"{spelled[0]!r} is not as KooGallery reads it")
        right = base64.b64encode(hmac.new(self.key, answer.body, hashlib.sha256).digest())
        want(matched[1] == right, f"Body-Sign does not sign {answer.body[:200]!r}")
        types = answer.values(b"Content-Type")
        want(types == [b"application/json"], f"Content-Type: {types}")


def compact(call):
    """A call as KooGallery writes it: ascending, without blanks."""
    return json.dumps(call, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def new_order():
    order = f"CS{secrets.token_hex(8).upper()}"
    return {"orderId": order, "orderLineId": f"{order}-000001"}


def new_instance(order, **more):
    return {"activity": "newInstance", "businessId": secrets.token_hex(16), **order, **more}


def query_instance(*instances, **more):
    return {"activity": "queryInstance", "instanceId": ",".join(instances), **more}


def calls_about(instance):
    """One call for each activity that names an instance."""
    order = new_order()
    return [
        query_instance(instance),
        {"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL", "expireTime": "20371231235959",
         **order},
        {"activity": "updateInstanceStatus", "instanceId": instance, "status": "FREEZE"},
        {"activity": "upgradeInstance", "instanceId": instance, **order},
        {"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": {"productId": "P1"}},
        {"activity": "releaseInstance", "instanceId": instance},
    ]


def probe():
    """A debugging call succeeds and changes nothing: if it fails, what is around it is why."""
    return compact({"activity": "releaseInstance", "instanceId": "probe", "testFlag": "1"})


def instance_of(found):
    instance = found.get("instanceId")
    want(isinstance(instance, str) and 1 <= len(instance) <= 64, f"no instanceId in {found}")
    return instance


def shown(found):
    """The instances that a queryInstance was answered with, each with the address where the customer works."""
    info = found.get("info")
    want(isinstance(info, list) and info, f"no info in {found}")
    for entry in info:
        url = entry.get("appInfo", {}).get("frontEndUrl")
        want(isinstance(url, str) and 1 <= len(url) <= 512, f"no frontEndUrl in {entry}")
    return [entry.get("instanceId") for entry in info]


def at_once(count, work):
    """Runs `work(number)` in so many threads that start together. Gives the results, or raises what one raised."""
    barrier, results, errors = threading.Barrier(count), [None] * count, []

    def run(number):
        try:
            barrier.wait()
            results[number] = work(number)
        except Exception as error:  # pylint: disable=broad-except  # handed on below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


# ---- the checks ----------------------------------------------------------------------------------------------------


class Checks:
    """Counts what passed, prints what failed."""

    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.passed = self.failed = 0

    def run(self, name, check, *arguments):
        try:
            check(*arguments)
        except (Failed, OSError, ValueError) as error:
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            if self.options.verbose:
                print(f"PASS {name}", flush=True)

    def judge(self, name, market, answer, code, status=200):
        self.run(name, lambda: market.judge(answer(), code, status))


def check_purchase(market, checks):
    order = new_order()
    bought = {}

    def buy():
        bought["instance"] = instance_of(market.call(SUCCESS, new_instance(order)))

    def again():
        instance = instance_of(market.call(SUCCESS, new_instance(order)))
        want(instance == bought.get("instance"), f"{instance}, not {bought.get('instance')}")

    def crowd():
        line = new_order()
        call = lambda _: instance_of(market.call(SUCCESS, new_instance(line)))
        found = set(at_once(64, call))
        want(len(found) == 1, f"{len(found)} instances")
        want(call(0) in found, "another instance afterwards")

    def many_crowds():
        lines = [new_order() for _ in range(8)]
        call = lambda number: (number % 8, instance_of(market.call(SUCCESS, new_instance(lines[number % 8]))))
        found = set(at_once(64, call))
        want(len(found) == 8 and len({instance for _, instance in found}) == 8, f"{len(found)} instances of 8 lines")

    checks.run("newInstance", buy)
    checks.run("newInstance again, with another businessId", again)
    checks.run("64 calls at once for one order line", crowd)
    checks.run("64 calls at once for eight order lines", many_crowds)
    instance = bought.get("instance")
    if not instance:
        return

    def look(*instances):
        found = shown(market.call(SUCCESS, query_instance(*instances)))
        want(found == list(instances), f"{found}, not {instances}")

    def hundred():
        instances = [instance_of(market.call(SUCCESS, new_instance(new_order()))) for _ in range(3)]
        look(*instances)
        look(*(instances * 34)[:100])

    checks.run("queryInstance", look, instance)
    checks.run("queryInstance about several, and about a hundred", hundred)
    checks.run("queryInstance about a known and an unknown one",
               lambda: market.call(UNKNOWN, query_instance(instance, "nobody-issued-this")))
    for call in calls_about(instance)[:-1] + [
        {**calls_about(instance)[1], "scene": "TRIAL_TO_FORMAL", "expireTime": "20371231235959999", "productId": "P2"},
        {**calls_about(instance)[1], "scene": "UNSUBSCRIBE_RENEWAL_PERIOD"},
        {**calls_about(instance)[1], "scene": "RENEWAL_CHANGE"},
        {"activity": "updateInstanceStatus", "instanceId": instance, "status": "UNFREEZE"},
        {"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": [{"linearValue": 20}]},
        {"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": "[{\"linearValue\": 20}]"},
        {"activity": "changeInstanceCheck", "instanceId": instance, "productInfo": "{\"skuCode\": \"S\"}"},
        {"activity": "orderNotify", "testFlag": "0", **order},
        {"activity": "releaseInstance", "instanceId": instance, **new_order()},
    ]:
        for time_around in ("", ", again"):
            checks.run(f"{call['activity']}{time_around}: {call}", market.call, SUCCESS, call)
    checks.run("queryInstance about a released one", market.call, UNKNOWN, query_instance(instance))
    checks.run("newInstance in the early shape", early, market)


def early(market):
    """The request that the pages about signatures print."""
    order = new_order()["orderId"]
    call = {
        "activity": "newInstance",
        "buyerInfo": {"customerId": "68cbc86abc2018ab880d92f36422fa0e", "customerName": "示例客户",
                      "email": "somebody@example.com", "mobilePhone": "13800000000", "userId": "u", "userName": "n"},
        "orderInfo": [{"businessId": secrets.token_hex(16), "chargingMode": "PERIOD", "createTime": "20221214085244",
                       "expireTime": "20231214085244", "extendParams": [{"name": "n", "value": "v"}],
                       "orderAmount": 12.78, "orderId": order, "periodNumber": 1, "periodType": "month",
                       "productInfo": [{"linearValue": 10, "productId": "P", "skuCode": "S"}], "provisionType": 1,
                       "trialFlag": "0"}],
        "testFlag": "0",
    }
    instance = instance_of(market.call(SUCCESS, call))
    call["orderInfo"][0]["businessId"] = secrets.token_hex(16)
    want(instance_of(market.call(SUCCESS, call)) == instance, "again, another instance")
    want(shown(market.call(SUCCESS, query_instance(instance))) == [instance], "another instance is shown")


def check_unknown(market, checks):
    for instance in ("nobody-issued-this", "没有", "x" * 64, "a b", "'; DROP TABLE tenants; --"):
        for call in calls_about(instance):
            checks.run(f"{call['activity']} about {instance!r}", market.call, UNKNOWN, call)


def check_debugging(market, checks):
    for flag in ("1", 1):
        order = new_order()

        def purchase():
            found = {instance_of(market.call(SUCCESS, new_instance(order, testFlag=flag))) for _ in range(3)}
            want(len(found) == 1, f"repeated, {len(found)} instances")
            market.call(UNKNOWN, query_instance(*found))
            live = instance_of(market.call(SUCCESS, new_instance(order)))
            want(live not in found, "the debugging call and the live one name the same instance")
            market.call(SUCCESS, query_instance(live))

        def look():
            found = market.call(SUCCESS, query_instance("typed-in-the-console", testFlag=flag))
            want(shown(found) == ["typed-in-the-console"], f"{found}")

        checks.run(f"debugging newInstance, testFlag {flag!r}", purchase)
        checks.run(f"debugging queryInstance, testFlag {flag!r}", look)
        for call in calls_about("typed-in-the-console")[1:] + [{"activity": "orderNotify", **order}]:
            checks.run(f"debugging {call['activity']}, testFlag {flag!r}", market.call, SUCCESS,
                       {**call, "testFlag": flag})
    for flag in ("0", 0, None, "", "2"):
        checks.run(f"testFlag {flag!r} is no debugging call", market.call, UNKNOWN,
                   query_instance("nobody-issued-this", testFlag=flag))


def check_refusals(market, checks):
    body = probe()
    now = time.time_ns() // 1_000_000

    def refused(name, code, pairs, sent=body):
        checks.judge(name, market, lambda: market.post(sent, pairs), code)

    def with_signature(change, pairs=None):
        return [(name, change(value) if name == "signature" else value) for name, value in pairs or market.query(body)]

    for at in (0, 31, 63):
        flip = lambda value: value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1:]
        refused(f"digit {at} of the signature is wrong", NOT_AUTHENTIC, with_signature(flip))
    for name, change in [
        ("is too short", lambda value: value[:-1]), ("is too long", lambda value: value + "0"),
        ("is short by a byte", lambda value: value[:-2]), ("is no hexadecimal", lambda value: "G" + value[1:]),
        ("is in base64", lambda value: base64.b64encode(bytes.fromhex(value)).decode()),
        ("is escaped", lambda value: f"%{ord(value[0]):02X}{value[1:]}"),
    ]:
        refused(f"the signature {name}", INVALID, with_signature(change))
    for name, key in [("another key", b"of-another-seller"), ("the key with a line end", market.key + b"\n")]:
        refused(f"the signature is of {name}", NOT_AUTHENTIC, market.query(body, key=key))
    refused("the body is altered", NOT_AUTHENTIC, market.query(body), body.replace(b"probe", b"prove"))
    refused("the body is gone", NOT_AUTHENTIC, market.query(body), b"")
    refused("the signature is a plain digest inside", NOT_AUTHENTIC, plain_digest(market, body))
    for name, pairs in [
        ("nonce", lambda value: value[:-1] + ("0" if value[-1] != "0" else "1")),
        ("timestamp", lambda value: str(int(value) + 1)),
    ]:
        altered = [(other, pairs(value) if other == name else value) for other, value in market.query(body)]
        refused(f"the {name} is altered", NOT_AUTHENTIC, altered)

    for name, timestamp in [
        ("stale", now - 90_000), ("stale, in seconds", now // 1000 - 90), ("future", now + 90_000),
        ("future, in seconds", now // 1000 + 90), ("13 nines", "9" * 13), ("13 zeros", "0" * 13), ("10 nines", "9" * 10),
        ("11 digits", "9" * 11), ("9 digits", "1" * 9), ("14 digits", f"0{now}"), ("19 digits", "9223372036854775807"),
        ("20 digits", "18446744073709551616"), ("40 digits", "9" * 40), ("the least i64", "-9223372036854775808"),
        ("signed", f"+{now // 1000}"), ("negative", f"-{now // 10000}"), ("float", f"{now // 1000}.0"),
        ("exponent", "1e12"), ("hexadecimal", f"0x{now:x}"), ("blank", "%20" + str(now)[:7]), ("text", "now"),
    ]:
        refused(f"the timestamp is {name}", INVALID, market.query(body, timestamp=timestamp))
    for name, nonce in [("escaped", "a%20b"), ("long", "a" * 129), ("huge", "a" * 20_000), ("a plus", "a+b")]:
        refused(f"the nonce is {name}", INVALID, market.query(body, nonce=nonce))

    for missing, code in [("signature", NOT_AUTHENTIC), ("timestamp", INVALID), ("nonce", INVALID)]:
        pairs = market.query(body)
        value = dict(pairs)[missing]
        refused(f"no {missing}", code, [pair for pair in pairs if pair[0] != missing])
        refused(f"empty {missing}", code, [(name, "" if name == missing else value) for name, value in pairs])
        refused(f"{missing} twice, the same", INVALID, pairs + [(missing, value)])
        refused(f"{missing} twice, another first", INVALID, [(missing, "0"), *pairs])
        refused(f"{missing} twice, empty first", INVALID, [(missing, ""), *pairs])
        capital = [(name.capitalize() if name == missing else name, value) for name, value in pairs]
        refused(f"{missing} with a capital", code, capital)
    refused("no query", INVALID, [])

    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
        checks.judge(f"{method}", market, lambda: market.post(b"", method=method), INVALID)

    def head():
        answer = market.post(b"", method="HEAD")
        want(answer.status == 200, f"HTTP status {answer.status}")
        market.check_signature(answer)

    checks.run("HEAD", head)
    checks.run("a call is accepted once", replays, market, body)
    checks.run("one of 64 copies at once is accepted", copies, market, body)
    checks.run("nonce and timestamp cannot trade letters", shifts, market, body)
    checks.run("an altered purchase buys nothing", altered_purchase, market)


def plain_digest(market, body):
    """What some public integrations do: a bare SHA-256 where the pages have an HMAC."""
    _, (_, timestamp), (_, nonce) = market.query(body)
    canonical = market.key + nonce.encode() + timestamp.encode() + hashlib.sha256(body).hexdigest().encode()
    signature = hmac.new(market.key, canonical, hashlib.sha256).hexdigest().upper()
    return [("signature", signature), ("timestamp", timestamp), ("nonce", nonce)]


def replays(market, body):
    pairs = market.query(body)
    market.judge(market.post(body, pairs), SUCCESS)
    lower = [(name, value.lower() if name == "signature" else value) for name, value in pairs]
    mixed = [(name, value.title() if name == "signature" else value) for name, value in pairs]
    for copy in (pairs, lower, mixed, pairs[::-1], pairs + [("more", "1")]):
        market.judge(market.post(body, copy), NOT_AUTHENTIC)


def copies(market, body):
    pairs = market.query(body)
    codes = at_once(64, lambda _: market.judge(market.post(body, pairs))["resultCode"])
    want(collections.Counter(codes) == {SUCCESS: 1, NOT_AUTHENTIC: 63}, f"{collections.Counter(codes)}")


def shifts(market, body):
    """The signed text has no separators: every other split of nonce and timestamp has the same signature."""
    for timestamp in (time.time_ns() // 1_000_000, time.time_ns() // 1_000_000_000):
        for accepted_before in (False, True):
            (_, signature), (_, timestamp), (_, nonce) = market.query(body, nonce="n0123", timestamp=timestamp)
            both = nonce + timestamp
            if accepted_before:
                answer = market.post(body, [("signature", signature), ("timestamp", timestamp), ("nonce", nonce)])
                market.judge(answer, SUCCESS)
            for at in range(len(both) + 1):
                if at != len(nonce):
                    split = [("signature", signature), ("timestamp", both[at:]), ("nonce", both[:at])]
                    market.judge(market.post(body, split), {NOT_AUTHENTIC, INVALID})


def altered_purchase(market):
    order = new_order()
    call = new_instance(order)
    body = compact(call)
    market.judge(market.post(compact({**call, "orderId": "CS-EVIL"}), market.query(body)), NOT_AUTHENTIC)
    market.call(UNKNOWN, query_instance(call["businessId"]))
    instance = instance_of(market.call(SUCCESS, new_instance(order)))
    want(shown(market.call(SUCCESS, query_instance(instance))) == [instance], "another instance is shown")


def check_accepted(market, checks):
    body = probe()
    pairs = lambda change: [(name, change(value) if name == "signature" else value) for name, value in market.query(body)]
    seconds = int(time.time())
    for name, query in [
        ("lower case", pairs(str.lower)), ("upper case", pairs(str.upper)), ("mixed case", pairs(str.title)),
        ("seconds", market.query(body, timestamp=seconds)),
        ("seconds, half a minute old", market.query(body, timestamp=seconds - 30)),
        ("milliseconds, half a minute ahead", market.query(body, timestamp=seconds * 1000 + 30_000)),
        ("another order of parameters", market.query(body)[::-1]),
        ("parameters that nobody signed", [("tenant", "7"), *market.query(body), ("x", "")]),
        ("a nonce of one letter", market.query(body, nonce=secrets.choice("abcdefghijklmnopqrstuvwxyz"))),
        ("a nonce of 64 letters", market.query(body, nonce=secrets.token_hex(32).upper())),
        ("a UUID as nonce", market.query(body, nonce="87b94795-0603-4e24-8ae5-" + secrets.token_hex(6))),
    ]:
        checks.judge(f"accepted: {name}", market, lambda: market.post(body, query), SUCCESS)


def check_fields(market, checks):
    buy = new_instance(new_order())
    text = compact(buy).decode()
    nested = {
        "lists": "[" * 100_000 + "]" * 100_000,
        "lists that are never closed": "[" * 100_000,
        "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    }
    check = '{"activity":"changeInstanceCheck","instanceId":"1","productInfo":%s}'
    bodies = [
        ("no body", ""), ("a form", "orderId=1"), ("a list", "[]"), ("null", "null"), ("a text", '"newInstance"'),
        ("an empty object", "{}"), ("broken off", text[:-1]), ("twice", text * 2), ("a comma too many", text[:-1] + ",}"),
        ("single quotes", text.replace('"', "'")), ("a byte order mark", "\ufeff" + text), ("NUL", text + "\0"),
        ("a comment", text + "// so"), ("a field twice", text.replace("{", '{"orderId":"CS1",', 1)),
        ("the activity twice", text.replace("{", '{"activity":"releaseInstance",', 1)),
    ]
    for kind, brackets in nested.items():
        bodies += [
            (f"100,000 nested {kind}", brackets),
            (f"100,000 nested {kind} in a field nobody knows", text[:-1] + f',"unheardOf":{brackets}}}'),
            (f"100,000 nested {kind} in a field nobody knows, first", f'{{"unheardOf":{brackets},' + text[1:]),
            (f"100,000 nested {kind} as the activity", f'{{"activity":{brackets}}}'),
            (f"100,000 nested {kind} where text is due", f'{{"activity":"newInstance","orderId":{brackets}}}'),
            (f"100,000 nested {kind} in orderInfo", f'{{"activity":"newInstance","orderInfo":{brackets}}}'),
            (f"100,000 nested {kind} as a product", check % brackets),
            (f"100,000 nested {kind} as the text of a product", check % json.dumps(brackets)),
            (f"100,000 nested {kind} as testFlag", text[:-1] + f',"testFlag":{brackets}}}'),
        ]
    for name, body in bodies:
        checks.run(f"000002 for a body with {name}", market.call, INVALID, body.encode())
    for name, body in [
        ("bytes that are not UTF-8", text.encode().replace(b"CS", b"C\xff", 1)),
        ("an overlong NUL", text.encode().replace(b"CS", b"\xc0\x80", 1)),
        ("a surrogate as bytes", text.encode().replace(b"CS", b"\xed\xa0\x80", 1)),
        ("UTF-16", text.encode("utf-16")), ("random bytes", secrets.token_bytes(500)),
    ]:
        checks.run(f"000002 for a body with {name}", market.call, INVALID, body)
    refresh, status = calls_about("1")[1:3]
    for call in [
        *({**buy, "activity": value} for value in
          ("expireInstance", "newinstance", "newInstance ", "", None, 1, ["newInstance"], "x" * 10_000, "实例")),
        *({**buy, field: value} for field in ("orderId", "orderLineId", "businessId")
          for value in ("", None, 7, 1.5, True, [], {}, ["x"], "x" * 65, "😀" * 33)),
        *({name: value for name, value in buy.items() if name != field} for field in buy),
        *({**refresh, "scene": value} for value in ("RENEW", "renewal", "", None, 1)),
        *({**refresh, "expireTime": value} for value in
          ("2037123123595", "203712312359590", "20371331000000", "20370229000000", "20371231240000", "20371231235960",
           "2037-12-31T00:", "", None, 20371231235959)),
        *({**status, "status": value} for value in ("FROZEN", "NORMAL", "freeze", "", None, True)),
        *({"activity": "changeInstanceCheck", "instanceId": "1", "productInfo": value} for value in
          (7, None, "no json", True, [7], {"productId": "x" * 65}, "{} {}")),
        *(query_instance(*value) for value in (["x"] * 101, ["x", "", "y"], [""], ["x" * 65])),
        {"activity": "queryInstance", "instanceId": ["a"]}, {"activity": "orderNotify", "orderId": "1"},
        {"activity": "newInstance", "orderInfo": []}, {"activity": "newInstance", "orderInfo": [{"orderId": 1}]},
        {"activity": "newInstance", "orderInfo": [{"orderId": "1"}, {"orderId": "2"}]},
    ]:
        name = repr(call)
        checks.run(f"000002 for {name if len(name) < 200 else name[:200] + '…'}", market.call, INVALID, call)
    checks.run("what was refused bought nothing", market.call, UNKNOWN, query_instance(buy["businessId"]))
    longest = {**buy, "orderId": "x" * 64, "businessId": "😀" * 32}
    checks.run("fields may be as long as the tables say", lambda: instance_of(market.call(SUCCESS, longest)))


def check_large(market, checks):
    length = 8 << 20
    body = b" " * length

    def whole(connection):
        request = market.request(body, None, "Connection: close")
        while_sending(connection, [request])

    def chunked(size):
        def send(connection):
            head = market.head(market.query(body), "Transfer-Encoding: chunked", "Connection: close")
            chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
            while_sending(connection, [head, *[chunk] * (size // 65536), b"0\r\n\r\n"])
        return send

    def head_only(*lines):
        return lambda connection: connection.send(market.head(market.query(body), f"Content-Length: {length}", *lines))

    def refuse(send):
        with market.connect() as connection:
            send(connection)
            found = market.judge(connection.answer(), INVALID, 413)
        return found

    pid = checks.options.pid
    peak = peak_memory(pid)
    checks.run("8 MiB", refuse, whole)
    checks.run("8 MiB in chunks", refuse, chunked(length))
    checks.run("64 MiB in chunks", refuse, chunked(64 << 20))
    checks.run("8 MiB, of which only the head was sent", refuse, head_only())
    checks.run("8 MiB, which wait for leave to be sent", refuse, head_only("Expect: 100-continue"))
    checks.run("16 times 8 MiB at once", lambda: at_once(16, lambda _: refuse(whole)))
    checks.run("4 times 8 MiB in chunks at once", lambda: at_once(4, lambda _: refuse(chunked(length))))
    if peak:
        grown = (peak_memory(pid) or peak) - peak
        checks.run("large bodies are not kept", lambda: want(grown < 16 << 20, f"the memory grew by {grown} bytes"))
    checks.run("afterwards all is well", market.call, SUCCESS, probe())


def while_sending(connection, pieces):
    """Sends in the background: the answer may come first, and then the rest cannot be sent."""

    def send():
        try:
            for piece in pieces:
                connection.send(piece)
        except OSError:
            pass

    threading.Thread(target=send, daemon=True).start()


def peak_memory(pid):
    """The most memory that a process ever had, in bytes, where Linux tells."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:")), None)
    except OSError:
        return None


def check_transport(market, checks):
    good, unknown, bad = probe(), compact(query_instance("nobody-issued-this")), b"{"
    requests = lambda: [
        (SUCCESS, market.request(good)), (UNKNOWN, market.request(unknown)), (INVALID, market.request(bad)),
        (NOT_AUTHENTIC, market.request(good, market.query(good, key=b"another"))),
        (INVALID, market.request(b"", method="GET")),
    ]

    def kept_alive():
        with market.connect() as connection:
            for _ in range(20):
                for code, request in requests():
                    connection.send(request)
                    market.judge(connection.answer(), code)

    def pipelined():
        with market.connect() as connection:
            batch = [one for _ in range(4) for one in requests()]
            connection.send(b"".join(request for _, request in batch))
            for code, _ in batch:
                market.judge(connection.answer(), code)

    def old(*lines):
        with market.connect() as connection:
            connection.send(market.request(good, None, *lines, version="1.0"))
            market.judge(connection.answer(), SUCCESS)
            if not lines:
                connection.closed()
            else:
                connection.send(market.request(good, None, *lines, version="1.0"))
                market.judge(connection.answer(), SUCCESS)

    def old_without_length():
        with market.connect() as connection:
            connection.send(market.head(market.query(b""), version="1.0"))
            market.judge(connection.answer(), INVALID)

    def chunked(*sizes, trailer=b""):
        with market.connect() as connection:
            pieces, rest = [], good
            for size in sizes:
                pieces.append(rest[:size])
                rest = rest[size:]
            pieces.append(rest)
            chunks = b"".join(b"%x;name=value\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece)
            head = market.head(market.query(good), "Transfer-Encoding: chunked")
            for _ in range(2):
                connection.send(head + chunks + b"0\r\n" + trailer + b"\r\n")
                market.judge(connection.answer(), SUCCESS)
                head = market.head(market.query(good), "Transfer-Encoding: chunked")

    def dribbled(size):
        with market.connect() as connection:
            request = market.request(good)
            for at in range(0, len(request), size):
                connection.send(request[at:at + size])
            market.judge(connection.answer(), SUCCESS)

    def cut(at):
        """Head and body in two writes, with everything else in between taken as it comes."""
        with market.connect() as connection:
            request = market.request(good)
            end = request.index(b"\r\n\r\n") + at
            connection.send(request[:end])
            time.sleep(0.01)  # so that they travel apart; nothing depends on it
            connection.send(request[end:])
            market.judge(connection.answer(), SUCCESS)

    def expects():
        with market.connect() as connection:
            connection.send(market.head(market.query(good), f"Content-Length: {len(good)}", "Expect: 100-continue"))
            want(connection.answer().status == 100, "no leave to send the body")
            connection.send(good)
            market.judge(connection.answer(), SUCCESS)

    def odd_spelling():
        with market.connect() as connection:
            head = market.head(market.query(good), f"cOnTeNt-LeNgTh: {len(good)}", "X-Empty:", "body-sign: mine")
            connection.send(head.replace(b"Host: ", b"hOsT:") + good)
            market.judge(connection.answer(), SUCCESS)

    def absolute():
        with market.connect() as connection:
            request = market.request(good).replace(b"POST ", b"POST http://" + market.host.encode(), 1)
            connection.send(request)
            market.judge(connection.answer(), SUCCESS)

    def half_body():
        """Who breaks off gets an answer or a closed connection, and harms nobody."""
        with market.connect() as connection:
            connection.send(market.request(good)[:-5])
            connection.socket.shutdown(socket.SHUT_WR)
            while connection.fill():
                pass
        market.call(SUCCESS, good)

    checks.run("a hundred calls on one connection", kept_alive)
    checks.run("twenty calls at once on one connection", pipelined)
    checks.run("HTTP/1.0", old)
    checks.run("HTTP/1.0, kept alive", old, "Connection: keep-alive")
    checks.run("HTTP/1.0 without a length", old_without_length)
    checks.run("one chunk", chunked)
    checks.run("many chunks", chunked, 1, 2, 3, 5, 8)
    checks.run("chunks of one byte", chunked, *[1] * len(good))
    checks.run("chunks with a trailer", lambda: chunked(10, trailer=b"X-More: 1\r\n"))
    for size in (1, 7, 100):
        checks.run(f"written in pieces of {size}", dribbled, size)
    for at in (0, 2, 3, 4, 5, 20):
        checks.run(f"cut {at} bytes after the head's last line", cut, at)
    checks.run("waits for leave to send the body", expects)
    checks.run("headers spelled oddly", odd_spelling)
    checks.run("the whole URL as target", absolute)
    checks.run("a body that breaks off", half_body)


def check_slow(market, checks):
    """A body that never ends is given up, with an answer."""

    def dribble():
        with market.connect() as connection:
            body = probe()
            connection.send(market.head(market.query(body), f"Content-Length: {len(body)}"))
            answered = threading.Event()

            def send():
                try:
                    for at in range(len(body)):
                        connection.send(body[at:at + 1])
                        if answered.wait(0.5):
                            return
                except OSError:
                    pass

            sender = threading.Thread(target=send)
            sender.start()
            try:
                market.judge(connection.answer(), INVALID, 408)
            finally:
                answered.set()
                sender.join()
            connection.closed()

    checks.run("a body that dribbles", dribble)


# ---- bodies of every spelling --------------------------------------------------------------------------------------


class Speller:
    """Writes JSON in every way that the grammar allows."""

    def __init__(self, rng):
        self.random = rng

    def blank(self):
        return "".join(self.random.choices(" \t\r\n", k=self.random.choice((0, 0, 0, 1, 3))))

    def text(self, text):
        letters = []
        for letter in text:
            units = letter.encode("utf-16-be")
            escaped = "".join(f"\\u{units[at:at + 2].hex()}" for at in range(0, len(units), 2))
            if self.random.random() < 0.2:
                letters.append(escaped.upper().replace("\\U", "\\u") if self.random.random() < 0.5 else escaped)
            elif letter == "/" and self.random.random() < 0.5:
                letters.append("\\/")
            elif letter in '"\\' or ord(letter) < 0x20:
                letters.append(json.dumps(letter)[1:-1])
            else:
                letters.append(letter)
        return '"' + "".join(letters) + '"'

    def value(self, value):
        if isinstance(value, str):
            written = self.text(value)
        elif isinstance(value, dict):
            members = list(value.items())
            self.random.shuffle(members)
            each = (self.blank() + self.text(name) + self.blank() + ":" + self.value(member) for name, member in members)
            written = "{" + ",".join(each) + self.blank() + "}"
        elif isinstance(value, list):
            written = "[" + ",".join(self.value(member) for member in value) + self.blank() + "]"
        else:
            written = json.dumps(value)
        return self.blank() + written + self.blank()

    def letters(self, most):
        alphabet = "abcXYZ019-_./\\\"'\b\f\n\r\t\x01\x7f实例订单éß€\u2028\ufeff😀𝒳"
        return "".join(self.random.choices(alphabet, k=self.random.randint(1, most)))

    def anything(self, depth=0):
        """A value of a field that nobody knows yet."""
        kind = self.random.randrange(8 if depth < 6 else 6)
        if kind == 6:
            return [self.anything(depth + 1) for _ in range(self.random.randrange(4))]
        if kind == 7:
            return {self.letters(6): self.anything(depth + 1) for _ in range(self.random.randrange(4))}
        return (None, True, self.random.randint(-2**63, 2**64 - 1), self.random.uniform(-1e9, 1e9), "",
                self.letters(20))[kind]


def check_bodies(market, checks):
    rng, count = checks.random, checks.options.bodies
    speller = Speller(rng)
    # Blanks around an id of a list are not part of it, so these have none.
    order = {"orderId": "订单/😀-" + secrets.token_hex(4), "orderLineId": "\"\\\x01é-" + secrets.token_hex(4)}
    bought = instance_of(market.call(SUCCESS, new_instance(order)))
    failures = collections.Counter()

    def known():
        """A call that succeeds, and what its answer has to say."""
        kind = rng.randrange(6)
        if kind == 0:
            return new_instance(order), lambda found: instance_of(found) == bought
        if kind == 1:
            return query_instance(bought), lambda found: shown(found) == [bought]
        if kind == 2:
            return query_instance("实例/1", testFlag="1"), lambda found: shown(found) == ["实例/1"]
        if kind == 3:
            return {"activity": "updateInstanceStatus", "instanceId": bought,
                    "status": rng.choice(("FREEZE", "UNFREEZE"))}, lambda _: True
        if kind == 4:
            product = {"productId": speller.letters(60)[:32], "linearValue": rng.randrange(10**6)}
            shape = rng.choice((product, [product], json.dumps(product), json.dumps([product, product])))
            return {"activity": "changeInstanceCheck", "instanceId": bought, "productInfo": shape}, lambda _: True
        return {**calls_about(bought)[1], "testFlag": rng.choice(("0", 0, None, 1, "1"))}, lambda _: True

    def one(connection):
        call, right = known()
        for _ in range(rng.randrange(3)):
            call.setdefault("x" + speller.letters(10), speller.anything())
        body = speller.value(call).encode()
        signed, code = None, SUCCESS
        trick = rng.randrange(12)
        if trick == 0:
            body, code = body.rstrip()[:rng.randrange(len(body.rstrip()))], INVALID
        elif trick == 1:
            body, code = body + rng.choice((b"}", b",", b"{}", b"x", b"\0", b"\xff", b"1")), INVALID
        elif trick == 2:
            at = rng.randrange(len(body))
            body, code = body[:at] + b"\xff" + body[at:], INVALID
        elif trick == 3:
            wrong = {**call, rng.choice(("activity", "instanceId", "orderId")): rng.choice((7, [], {}, True, 1.5))}
            if call["activity"] in ("updateInstanceStatus", "changeInstanceCheck", "queryInstance"):
                wrong["instanceId"] = rng.choice((7, [], {}, True, 1.5))
            elif call["activity"] == "newInstance":
                wrong["orderId"] = rng.choice((7, [], {}, True, 1.5))
            body, code = speller.value(wrong).encode(), INVALID
        elif trick == 4:
            # The pages say that the members are sorted before they are signed; from A to Z, or from Z to A.
            signed = sorted_body(call, rng.choice((False, True)))
        pairs = market.query(body, signed=signed)
        connection.send(market.request(body, pairs))
        try:
            found = market.judge(connection.answer(), code)
        except Failed as error:
            raise Failed(f"{body!r}: {error}") from error
        want(code != SUCCESS or right(found), f"{body!r} was answered {found}")

    def all_of_them():
        connection = market.connect()
        for _ in range(count):
            try:
                one(connection)
            except (Failed, OSError, ValueError) as error:
                failures["bodies"] += 1
                if failures["bodies"] <= 5:
                    print(f"FAIL a body of another spelling (--seed {checks.options.seed}): {error}", flush=True)
                connection.socket.close()
                connection = market.connect()
        connection.socket.close()
        want(not failures, f"{failures['bodies']} of {count}")

    checks.run(f"{count} bodies of every spelling", all_of_them)


def sorted_body(value, descending):
    """The documented sort step: members sorted at every level, those that are null left out, no blanks."""

    def tidy(value):
        if isinstance(value, dict):
            names = sorted((name for name in value if value[name] is not None), reverse=descending)
            return {name: tidy(value[name]) for name in names}
        return [tidy(member) for member in value] if isinstance(value, list) else value

    return json.dumps(tidy(value), separators=(",", ":"), ensure_ascii=False).encode()


# ---- many answers --------------------------------------------------------------------------------------------------


def check_answers(market, checks):
    count, connections = checks.options.answers, 4
    order = new_order()
    instance = instance_of(market.call(SUCCESS, new_instance(order)))
    good = probe()
    kinds = [
        (SUCCESS, lambda: market.request(good)),
        (SUCCESS, lambda: market.request(compact(query_instance(instance)))),
        (SUCCESS, lambda: market.request(compact(query_instance("x", "y", testFlag="1")))),
        (SUCCESS, lambda: market.request(compact(new_instance(order)))),
        (UNKNOWN, lambda: market.request(compact(query_instance(secrets.token_hex(8))))),
        (INVALID, lambda: market.request(b"{")),
        (INVALID, lambda: market.request(good, [])),
        (NOT_AUTHENTIC, lambda: market.request(good, market.query(good, key=b"another"))),
    ]

    def some(number):
        bad = []
        with market.connect() as connection:
            for at in range(number, count, connections):
                code, request = kinds[at % len(kinds)] if at % 97 else kinds[1]
                connection.send(request())
                try:
                    market.judge(connection.answer(), code)
                except Failed as error:
                    bad.append(str(error))
        return bad

    def all_of_them():
        bad = [why for several in at_once(connections, some) for why in several]
        want(not bad, f"{len(bad)} of {count} answers, the first: {bad[:1]}")

    begin = time.monotonic()
    checks.run(f"{count} answers", all_of_them)
    if checks.options.verbose:
        print(f"     in {time.monotonic() - begin:.1f} s")


# ---- stopping and killing ------------------------------------------------------------------------------------------


class Seller:
    """A seller that runs in a process of its own."""

    def __init__(self, command):
        self.process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.match(r"listening on (\S+)", line):
                self.url = found[1]
                break
        else:
            raise Failed(f"`{command}` ended with {self.process.wait()} and did not print `listening on URL`")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        want(status == 0, f"SIGTERM ended it with {status}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def check_restart(checks, key):
    command = checks.options.command
    order, other = new_order(), new_order()

    def restart():
        with Seller(command) as seller:
            market = Market(seller.url, key)
            instance = instance_of(market.call(SUCCESS, new_instance(order)))
            seller.stop()
        with Seller(command) as seller:
            market = Market(seller.url, key)
            found = set(at_once(64, lambda _: instance_of(market.call(SUCCESS, new_instance(order)))))
            want(found == {instance}, f"{found}, not {instance}")
            want(shown(market.call(SUCCESS, query_instance(instance))) == [instance], "it is not shown")
            want(instance_of(market.call(SUCCESS, new_instance(other))) != instance, "another line has the same one")
            seller.stop()

    checks.run("after a restart the instances are the same", restart)


def check_crash(checks, key):
    command, slow = checks.options.command, checks.options.slow_command

    def while_setting_up():
        order = new_order()
        with Seller(slow) as seller:
            market = Market(seller.url, key)
            instance = instance_of(market.call(PROCESSING, new_instance(order)))
            market.call(PROCESSING, query_instance(instance))
            seller.kill()
        with Seller(command) as seller:
            market = Market(seller.url, key)
            # The instance was promised, so it must not be denied.
            market.call(PROCESSING, query_instance(instance))
            found = instance_of(market.call(SUCCESS, new_instance(order)))
            want(found == instance, f"{found}, not {instance}")
            want(shown(market.call(SUCCESS, query_instance(instance))) == [instance], "it is not shown")

    def under_load():
        orders = [new_order() for _ in range(100)]
        known = {}
        for _ in range(checks.options.crashes):
            with Seller(command) as seller:
                market = Market(seller.url, key)
                for number in checks.random.sample(list(known), min(20, len(known))):
                    found = instance_of(market.call(SUCCESS, new_instance(orders[number])))
                    want(found == known[number], f"{found}, not {known[number]}")
                left = threading.Semaphore(checks.random.randrange(1, 40))
                enough, wrong = threading.Event(), []

                def buy(worker):
                    rng = random.Random(f"{checks.options.seed}/{worker}")
                    while not enough.is_set():
                        number = rng.randrange(len(orders))
                        try:
                            found = instance_of(market.call(SUCCESS, new_instance(orders[number])))
                        except (OSError, Failed):
                            if enough.is_set():
                                return  # killed in the middle of it
                            raise
                        if known.setdefault(number, found) != found:
                            wrong.append(f"{found}, not {known[number]}")
                        if not left.acquire(blocking=False):
                            # Whoever takes the last permit kills, while the others are at work.
                            enough.set()
                            seller.process.kill()

                at_once(8, buy)
                want(not wrong, f"{wrong}")
        with Seller(command) as seller:
            market = Market(seller.url, key)
            for number, instance in known.items():
                found = instance_of(market.call(SUCCESS, new_instance(orders[number])))
                want(found == instance, f"{found}, not {instance}")
            want(len(set(known.values())) == len(known), "two lines share an instance")
            seller.stop()

    if slow:
        checks.run("killed while an instance is set up", while_setting_up)
    checks.run(f"killed {checks.options.crashes} times under load", under_load)


# ---- the command line ----------------------------------------------------------------------------------------------

WITH_A_URL = {
    "purchase": check_purchase,
    "unknown": check_unknown,
    "debugging": check_debugging,
    "refusals": check_refusals,
    "accepted": check_accepted,
    "fields": check_fields,
    "large": check_large,
    "transport": check_transport,
    "slow": check_slow,
    "bodies": check_bodies,
    "answers": check_answers,
}
WITH_A_COMMAND = {"restart": check_restart, "crash": check_crash}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--url", help="a seller that runs")
    parser.add_argument("--command", help="starts a seller, on the same files each time")
    parser.add_argument("--slow-command", help="starts it so that setting up an instance takes longer than a call may")
    parser.add_argument("--key", default=os.environ.get("KOOGALLERY_ACCESS_KEY"), help="default: $KOOGALLERY_ACCESS_KEY")
    parser.add_argument("--pid", type=int, help="the seller's process, whose memory is watched")
    parser.add_argument("--only", help="comma-separated: " + " ".join([*WITH_A_URL, *WITH_A_COMMAND]))
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--bodies", type=int, default=1_000)
    parser.add_argument("--crashes", type=int, default=5)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--verbose", action="store_true", help="also print what passed")
    options = parser.parse_args()
    if not options.key:
        parser.error("no key: set KOOGALLERY_ACCESS_KEY, or give --key")
    if not options.url and not options.command:
        parser.error("give --url or --command")
    chosen = options.only.split(",") if options.only else [*WITH_A_URL, *(WITH_A_COMMAND if options.command else ())]
    for name in chosen:
        if name not in WITH_A_URL and not (name in WITH_A_COMMAND and options.command):
            parser.error(f"no such checks, or they need --command: {name}")

    checks = Checks(options)

    def with_url(url):
        market = Market(url, options.key)
        for name in chosen:
            if name in WITH_A_URL:
                WITH_A_URL[name](market, checks)

    def with_command():
        with Seller(options.command) as seller:
            options.pid = options.pid or seller.process.pid
            with_url(seller.url)
            checks.run("stops on SIGTERM", seller.stop)

    try:
        if options.url:
            with_url(options.url)
        elif any(name in WITH_A_URL for name in chosen):
            with_command()
        for name in chosen:
            if name in WITH_A_COMMAND:
                WITH_A_COMMAND[name](checks, options.key)
    except (Failed, OSError) as error:
        checks.failed += 1
        print(f"FAIL nothing more can be checked: {type(error).__name__}: {error}")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.passed and not checks.failed else 1


if __name__ == "__main__":
    sys.exit(main())
