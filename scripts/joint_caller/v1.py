"""V1: purchases, the life of an instance, debugging calls, the fields of each call."""

import secrets

from independent_caller import at_once

from . import crypto
from .market import INVALID, REFUSED, SUCCESS, UNKNOWN, stamp, want

LATER = "20371231235959"
TYPED = "huaiweitest123456"  # what the console fills in

# The page's own saasExtendParams: idNum, userName, custEmail.
SAMPLE = ("W3sibmFtZSI6ImlkTnVtIiwidmFsdWUiOiIzNTIyNTU1NTU1NTU2NTYifSx7Im5hbWUiOiJ1c2VyTmFtZSIsInZhbHVlIjoiaHVhd2VpMTIz"
          "In0seyJuYW1lIjoiY3VzdEVtYWlsIiwidmFsdWUiOiIxMjNAaHVhd2VpLmNvbSJ9XQ==")


def order_id():
    return f"CS{secrets.token_hex(8).upper()}"


def purchase(order=None, **more):
    """The least that the pages' own calls have."""
    return {"activity": "newInstance", "businessId": secrets.token_hex(16),
            "customerId": "68cbc86abc2018ab880d92f36422fa0e", "orderId": order or order_id(),
            "productId": "00301-666666-0--0", **more}


def query(*instances, **more):
    return {"activity": "queryInstance", "instanceId": ",".join(instances), **more}


def calls_about(instance):
    """One call for each activity that names an instance, in the order of its life."""
    return [
        query(instance),
        {"activity": "refreshInstance", "instanceId": instance, "orderId": order_id(), "expireTime": LATER},
        {"activity": "instanceStatus", "instanceId": instance, "instanceStatus": "FREEZE"},
        {"activity": "instanceStatus", "instanceId": instance, "instanceStatus": "NORMAL"},
        {"activity": "upgrade", "instanceId": instance, "orderId": order_id(), "skuCode": "d0abcd12-1111-2222-3333-0",
         "productId": "00301-666688-0-0", "amount": "6456"},
        {"activity": "expireInstance", "instanceId": instance, "orderId": order_id()},
        {"activity": "releaseInstance", "instanceId": instance, "orderId": order_id()},
    ]


def buy(market, order=None, **more):
    """Buys, and wants the instance to be named as the pages advise if this is the first call of its order."""
    return market.bought(market.ask(SUCCESS, purchase(order, **more)))


# ---- purchases -----------------------------------------------------------------------------------------------------


def check_purchase(market, checks):
    def first():
        call = purchase()
        instance, _ = market.bought(market.ask(SUCCESS, call))
        want(instance == call["businessId"], f"instanceId is {instance}, not the first businessId {call['businessId']}")

    def recorded():
        """All members of a call that somebody recorded, but live."""
        market.bought(market.ask(SUCCESS, purchase(
            customerName="fdtest", expireTime=LATER, orderAmount="100", periodNumber="1", periodType="year",
            provisionType="1", userId="fd1001", userName="fdtest", trialFlag="0", skuCode="d0abcd12", amount="9999999",
            diskSize="20", bandWidth="5", chargingMode="1")))

    def again(same, other, expected, count=2, **more):
        """Buys with `same`, then again with `other` laid over it. They are `expected` instances."""
        order = order_id()
        found = [buy(market, order, **more, **same)]
        found += [buy(market, order, **more, **{**same, **other}) for _ in range(count)]
        want(len({instance for instance, _ in found}) == expected, f"{found} are not {expected} instances")
        for _, info in found[1:] if expected == 1 else found[2:]:
            want(info == found[-1][1], f"appInfo changed: {found[-1][1]}, {info}")

    def crowd(lines=1, **more):
        orders = [order_id() for _ in range(lines)]
        found = at_once(64, lambda number: (number % lines, buy(market, orders[number % lines], **more)))
        by_line = [[answer for number, answer in found if number == line] for line in range(lines)]
        for line, answers in enumerate(by_line):
            answers.append(buy(market, orders[line], **more))
            want(all(answer == answers[0] for answer in answers), f"one order, several answers: {answers[:3]}")
        want(len({answers[0][0] for answers in by_line}) == lines, f"{lines} orders share instances")

    def vectors():
        """No IV serves twice."""
        found = [market.ask(SUCCESS, purchase())["appInfo"] for _ in range(20)]
        vectors = [info[name][:16] for info in found for name in ("userName", "password")]
        want(len(set(vectors)) == len(vectors), f"{len(set(vectors))} IVs in {len(vectors)} sealed texts")

    checks.run("newInstance with the fewest members", first)
    checks.run("newInstance with the most members", recorded)
    checks.run("newInstance again, with another businessId", again, {}, {}, 1)
    product = {"productId": "00301-777777-0--0"}
    checks.run("pay per use: the product is part of the key", again, {"chargingMode": "0"}, product, 2)
    checks.run("pay per use: order and product again", again, {"chargingMode": "0"}, {}, 1)
    for mode in ("1", "3", "5"):
        checks.run(f"chargingMode {mode}: the order alone is the key", again, {"chargingMode": mode}, product, 1)
    checks.run("no chargingMode: the product is part of the key", again, {}, product, 2)
    checks.run("no chargingMode, but an end: the order alone is the key", again, {"expireTime": LATER}, product, 1)
    checks.run("a retry that gains a chargingMode", again, {"expireTime": LATER}, {"chargingMode": "1"}, 1)
    checks.run("another order is another instance", lambda: want(buy(market)[0] != buy(market)[0], "the same"))
    for mode in ({}, {"chargingMode": "1"}, {"chargingMode": "0"}):
        checks.run(f"64 calls at once for one order, {mode or 'no chargingMode'}", lambda: crowd(**mode))
    checks.run("64 calls at once for eight orders", crowd, 8)
    checks.run("each sealed text has an IV of its own", vectors)
    check_query(market, checks)


def check_query(market, checks):
    def look(count, style="strictly escaped"):
        bought = dict(buy(market) for _ in range(count))
        shown = market.shown(market.ask(SUCCESS, query(*bought), style=style))
        want(shown == bought, f"bought {str(bought)[:200]}, but {str(shown)[:200]} is shown")

    def mixed():
        known, info = buy(market)
        found = market.ask({UNKNOWN, SUCCESS}, query(known, "nobody-issued-this"))
        want(found["resultCode"] == UNKNOWN or market.shown(found) == {known: info}, f"answered {found}")

    checks.run("queryInstance", look, 1)
    checks.run("queryInstance about three, with raw commas", look, 3, "raw +")
    checks.run("queryInstance about a hundred", look, 100)
    checks.run("queryInstance about a known and an unknown one", mixed)
    checks.run("queryInstance about 101", market.ask, INVALID, query(*["x"] * 101))
    checks.run("queryInstance about a hundred unknown ones of 64 letters", market.ask, UNKNOWN,
               query(*(secrets.token_hex(32) for _ in range(100))))
    checks.run("queryInstance about one of 65 letters", market.ask, INVALID, query("x" * 65))


# ---- the life of an instance ---------------------------------------------------------------------------------------


def check_life(market, checks):
    order = order_id()
    instance, info = buy(market, order)
    shown = lambda: want(market.shown(market.ask(SUCCESS, query(instance))) == {instance: info}, "another appInfo")
    renewal = calls_about(instance)[1]
    renewals = {
        "a new product": {"productId": "P2"}, "an empty product": {"productId": ""},
        "a trial that becomes formal": {"trialToFormal": "1"},
        "a period": {"periodType": "year", "periodNumber": "1", "orderAmount": "100"},
        "one that is cancelled": {"orderAmount": "-12.345", "expireTime": "20300101000000"},
        "all members": {"productId": "P2", "trialToFormal": "1", "periodType": "month", "periodNumber": "12",
                        "orderAmount": "0.001", "testFlag": "0"},
    }
    for name, more in renewals.items():
        checks.run(f"refreshInstance: {name}", market.ask, SUCCESS, {**renewal, "orderId": order_id(), **more})
    for call in calls_about(instance):
        name = f"{call['activity']} {call.get('instanceStatus', '')}".strip()
        for time in ("", ", again", ", and again"):
            checks.run(name + time, market.ask, SUCCESS, call)
        if call["activity"] == "expireInstance":
            checks.run("expireInstance without an order", market.ask, SUCCESS,
                       {name: value for name, value in call.items() if name != "orderId"})
            checks.run("refreshInstance revives what expired", market.ask, SUCCESS, {**renewal, "orderId": order_id()})
        if call["activity"] != "releaseInstance":
            checks.run(f"queryInstance after {name}", shown)
            checks.run(f"newInstance after {name}",
                       lambda: want(buy(market, order) == (instance, info), "another instance"))
    for unknown in ("nobody-issued-this", "没有", "x" * 64, "a b", "a+b", "'; DROP TABLE tenants; --", "../x", "%41"):
        for call in calls_about(unknown):
            checks.run(f"{call['activity']} about {unknown!r}", market.ask, UNKNOWN, call)


# ---- debugging -----------------------------------------------------------------------------------------------------


def check_debugging(market, checks):
    def bought_nothing(**more):
        order, call = order_id(), {}
        for _ in range(3):
            call = purchase(order, testFlag="1", **more)
            instance, _ = market.bought(market.ask(SUCCESS, call), required=False)
            market.ask(UNKNOWN, query(instance))
            market.ask(UNKNOWN, query(call["businessId"]))
        live = purchase(order, **more)
        found, _ = market.bought(market.ask(SUCCESS, live))
        want(found == live["businessId"], f"the live call's instance is {found}, not {live['businessId']}")

    def changed_nothing():
        instance, info = buy(market)
        for call in calls_about(instance):
            market.ask(SUCCESS, {**call, "testFlag": "1"})
        want(market.shown(market.ask(SUCCESS, query(instance))) == {instance: info}, "another appInfo")

    def stable():
        call = purchase(testFlag="1")
        found = [market.bought(market.ask(SUCCESS, call), required=False)[0] for _ in range(3)]
        want(len(set(found)) == 1, f"one call, repeated, has the instances {found}")

    checks.run("debugging newInstance buys nothing", bought_nothing)
    checks.run("debugging newInstance, pay per use", lambda: bought_nothing(chargingMode="0"))
    checks.run("debugging calls about a live instance change nothing", changed_nothing)
    checks.run("debugging newInstance, repeated", stable)
    recorded = [
        {"activity": "newInstance", "businessId": "61e834ba-7b97-4418-b8f7-e5345137278c",
         "customerId": "68cbc86abc2018ab880d92f36422fa0e", "expireTime": "20200727153156",
         "orderId": "CS1906666666ABCDE", "productId": "00301-666666-0--0", "testFlag": "1",
         "timeStamp": "20200727073711903"},
        {"activity": "refreshInstance", "expireTime": "20210901000000", "instanceId": TYPED, "orderAmount": "100",
         "orderId": "CS1906666666ABCDE", "periodNumber": "1", "periodType": "year", "productId": "00301-666666-0--0",
         "testFlag": "1"},
        {"activity": "releaseInstance", "instanceId": TYPED, "orderAmount": "100", "orderId": "CS1906666666ABCDE",
         "testFlag": "1"},
    ]
    for call in recorded:
        checks.run(f"a recorded {call['activity']}", market.ask, SUCCESS, call)
    for call in calls_about(TYPED) + calls_about("typed in the console"):
        checks.run(f"debugging {call['activity']} about {call['instanceId']}", market.ask, SUCCESS,
                   {**call, "testFlag": "1"})
    checks.run("debugging queryInstance shows an address",
               lambda: market.shown(market.ask(SUCCESS, query(TYPED, testFlag="1")), required=False))
    for flag in ("0", "", "2"):
        checks.run(f"testFlag {flag!r} is no debugging call", market.ask,
                   {UNKNOWN, INVALID} if flag == "2" else UNKNOWN, query("nobody-issued-this", testFlag=flag))


# ---- fields --------------------------------------------------------------------------------------------------------

MANDATORY = {
    "newInstance": ("customerId", "businessId", "orderId", "productId"),
    "refreshInstance": ("orderId", "instanceId", "expireTime"),
    "instanceStatus": ("instanceId", "instanceStatus"),
    "upgrade": ("instanceId", "orderId", "skuCode", "productId"),
    "expireInstance": ("instanceId",),
    "releaseInstance": ("instanceId",),
    "queryInstance": ("instanceId",),
}

# Of newInstance: what fits exactly, and what is one too long.
TEXTS = {"customerId": 100, "customerName": 64, "userId": 64, "userName": 64, "businessId": 64, "orderId": 64,
         "skuCode": 64, "productId": 64}
NUMBERS = {"amount": 7, "diskSize": 7, "bandWidth": 7, "periodNumber": 2}


def unique(length):
    """A text of this length that nobody used before."""
    return (secrets.token_hex(16) + "x" * length)[:length]


def check_fields(market, checks):
    instance, _ = buy(market)
    calls = [purchase(), *calls_about(instance)]
    for call in calls:
        activity = call["activity"]
        for name in MANDATORY[activity]:
            without = {other: value for other, value in call.items() if other != name}
            checks.run(f"{activity} without {name}", market.ask, INVALID, without)
            for blank in ("", "  "):
                checks.run(f"{activity} with {name} {blank!r}", market.ask, INVALID, {**call, name: blank})
        if activity != "newInstance":
            checks.run(f"{activity} with an instanceId of 65", market.ask, INVALID, {**call, "instanceId": "x" * 65})
        if "orderId" in call:
            checks.run(f"{activity} with an orderId of 65", market.ask, INVALID, {**call, "orderId": "x" * 65})
    checks.run("what was refused bought nothing", market.ask, UNKNOWN, query(calls[0]["businessId"]))
    for name in ("newinstance", "updateInstanceStatus", "upgradeInstance", "changeInstanceCheck", "unheardOf", "实例",
                 "newInstance ", "x" * 33, "x" * 5_000):
        checks.run(f"000002 for the activity {name[:40]!r}", market.ask, INVALID, {**calls[1], "activity": name})
    for call, why in ((calls[0], "newInstance"), ({**calls[1], "testFlag": "1"}, "a debugging call")):
        for value in (None, "", " "):
            left = {name: other for name, other in call.items() if name != "activity"}
            checks.run(f"000002 for {why} with the activity {value!r}", market.ask, INVALID,
                       left if value is None else {**left, "activity": value})
    checks.run("instanceStatus FROZEN", market.ask, INVALID, {**calls[3], "instanceStatus": "FROZEN"})
    for name, most in TEXTS.items():
        checks.run(f"{name} of {most}", buy_with, market, {name: unique(most)})
        checks.run(f"{name} of {most + 1}", market.ask, INVALID, purchase() | {name: unique(most + 1)})
    checks.run("customerName of 32 letters that are two units each", buy_with, market, {"customerName": "😀" * 32})
    checks.run("customerName of 33 such", market.ask, INVALID, purchase(customerName="😀" * 33))
    for name, most in NUMBERS.items():
        checks.run(f"{name} of {most} digits", buy_with, market, {name: "9" * most})
        checks.run(f"{name} of {most + 1} digits", market.ask, INVALID, purchase() | {name: "9" * (most + 1)})
    checks.run("orderAmount of 20", buy_with, market, {"orderAmount": "1234567890123456.123"})
    checks.run("orderAmount of 21", market.ask, INVALID, purchase(orderAmount="12345678901234567.123"))
    for name, most in (("expireTime", 20), ("periodType", 10), ("trialFlag", 2), ("testFlag", 2)):
        checks.run(f"{name} of {most + 1}", market.ask, INVALID, purchase() | {name: "1" * (most + 1)})
    for name in ("mobilePhone", "email"):
        seal = lambda length: crypto.seal(market.key, b"1" * length)
        checks.run(f"{name} of 252", buy_with, market, {name: seal(175)})
        checks.run(f"{name} of 272", market.ask, INVALID, purchase() | {name: seal(176)})
    for digits in (14, 15, 17):
        checks.run(f"a timeStamp of {digits} digits", buy_with, market, {"timeStamp": stamp(digits=digits)})
    for timestamp in ("1" * 21, "now", "2017-06-21 18:55", "٣" * 17):
        checks.run(f"the timeStamp {timestamp!r}", market.ask, REFUSED, purchase(timeStamp=timestamp))


def buy_with(market, more):
    call = {**purchase(), **more}
    instance, _ = market.bought(market.ask(SUCCESS, call))
    want(instance == call["businessId"], f"instanceId is {instance}, not {call['businessId']}")
