"""Licences: 1.0 (GET, with authToken), 2.0 and the online ones (POST, signed like V2)."""

import datetime
import secrets

from independent_caller import at_once, instance_of, new_instance, new_order

from .market import INVALID, NOT_AUTHENTIC, SUCCESS, UNKNOWN, compact, time, want
from .v1 import LATER, SAMPLE, TYPED, order_id, purchase

NO_QUOTA, NOT_VALID_THEN, NO_FINGERPRINT = "000900", "000901", "000903"
QUOTA = 10  # of an instance


def get_licence(order=None, **more):
    return {**purchase(order, **more), "activity": "getLicense"}


def licence_of(found):
    licence = found.get("license")
    want(isinstance(licence, str) and licence, f"no license in {found}")
    return instance_of(found), licence


# ---- 1.0 -----------------------------------------------------------------------------------------------------------


def check_licence1(market, checks):
    get = lambda order=None, **more: licence_of(market.ask(SUCCESS, get_licence(order, **more)))

    def again(**more):
        order = order_id()
        first = get(order)
        for _ in range(3):
            want(get(order, **more) == first, "another licence for one order")
        want(get()[1] != first[1], "one licence for two orders")

    def crowd():
        order = order_id()
        found = set(at_once(64, lambda _: get(order)))
        want(len(found) == 1, f"one order, {len(found)} licences")

    def debugging():
        order = order_id()
        typed = licence_of(market.ask(SUCCESS, get_licence(order, testFlag="1")))
        want(get(order)[0] != typed[0], "the debugging call and the live one name the same instance")

    checks.run("getLicense", get)
    checks.run("getLicense with all members", lambda: get(
        customerName="华为 技术", skuCode="s", expireTime=LATER, periodType="year", amount="5", chargingMode="1",
        periodNumber="1", provisionType="1", userId="u", userName="n", saasExtendParams=SAMPLE))
    checks.run("getLicense again", again)
    checks.run("getLicense again, another product", lambda: again(productId="P2"))
    checks.run("getLicense, 64 at once", crowd)
    checks.run("getLicense, debugging", debugging)
    for name in ("customerId", "businessId", "orderId", "productId"):
        for value in (None, "", "  ", "x" * 101):
            call = {**get_licence(), name: value}
            call = call if value is not None else {name: value for name, value in call.items() if value is not None}
            checks.run(f"getLicense with {name} {str(value)[:20]!r}", market.ask, INVALID, call)
    checks.run("getLicense, badly signed", market.ask, NOT_AUTHENTIC, get_licence(), key=b"another")

    instance, _ = get()
    about = lambda instance: [
        {"activity": "refreshLicense", "orderId": order_id(), "instanceId": instance, "expireTime": LATER},
        {"activity": "refreshLicense", "orderId": order_id(), "instanceId": instance, "expireTime": LATER,
         "productId": "P2", "periodType": "month", "periodNumber": "12"},
        {"activity": "expireLicense", "orderId": order_id(), "instanceId": instance},
        {"activity": "releaseLicense", "orderId": order_id(), "instanceId": instance},
    ]
    for call in about(instance):
        for time_ in ("", ", again"):
            checks.run(f"{call['activity']}{time_}", market.ask, SUCCESS, call)
        for value in (None, "", "x" * 65):
            changed = {name: value if name == "instanceId" else other for name, other in call.items()
                       if name != "instanceId" or value is not None}
            checks.run(f"{call['activity']} with instanceId {str(value)[:9]!r}", market.ask, INVALID, changed)
    for call in about("nobody-issued-this"):
        checks.run(f"{call['activity']} about an unknown one", market.ask, UNKNOWN, call)
    for call in about(TYPED):
        checks.run(f"{call['activity']}, debugging", market.ask, SUCCESS, {**call, "testFlag": "1"})


# ---- 2.0 -----------------------------------------------------------------------------------------------------------


def codes_about(licence):
    return [
        {"activity": "refreshLicenseCode", "scene": "RENEWAL", "license": licence, "expireTime": LATER, **new_order()},
        {"activity": "refreshLicenseCode", "scene": "UNSUBSCRIBE_RENEWAL_PERIOD", "license": licence,
         "productId": "P2", "expireTime": "20300101000000", **new_order()},
        {"activity": "updateLicenseCodeStatus", "license": licence, "status": "FREEZE"},
        {"activity": "updateLicenseCodeStatus", "license": licence, "status": "UNFREEZE"},
        {"activity": "releaseLicenseCode", "license": licence, **new_order()},
        {"activity": "releaseLicenseCode", "license": licence},
    ]


def check_licence2(market, checks):
    _, licence = licence_of(market.ask(SUCCESS, get_licence()))
    want(len(licence) <= 64, f"license {licence!r} fits no call of 2.0")
    for call in codes_about(licence):
        name = f"{call['activity']} {call.get('scene') or call.get('status') or ''}".strip()
        for again in ("", ", again"):
            checks.run(f"{name}{again}", market.call, SUCCESS, call)
        for field in ("license", "scene", "status", "expireTime", "orderId", "orderLineId"):
            if field in call and call["activity"] != "releaseLicenseCode" or field == "license":
                checks.run(f"{name} without {field}", market.call, INVALID,
                           {other: value for other, value in call.items() if other != field})
                checks.run(f"{name} with {field} empty", market.call, INVALID, {**call, field: ""})
        checks.run(f"{name} with a license of 65", market.call, INVALID, {**call, "license": "x" * 65})
    for call in codes_about(licence)[:1] + codes_about(licence)[2:3]:
        field = "scene" if "scene" in call else "status"
        checks.run(f"{call['activity']} with {field} RENEW", market.call, INVALID, {**call, field: "RENEW"})
    for call in codes_about("nobody-issued-this"):
        checks.run(f"{call['activity']} about an unknown license", market.call, UNKNOWN, call)
        for flag in ("1", 1):
            checks.run(f"{call['activity']}, debugging, testFlag {flag!r}", market.call, SUCCESS,
                       {**call, "testFlag": flag})
        body = compact({**call, "testFlag": "1"})
        checks.run(f"{call['activity']}, badly signed", market.call, NOT_AUTHENTIC, body, market.query(body, key=b"x"))
    check_online(market, checks)


def moment(days):
    at = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.strftime("%Y-%m-%d %H:%M:%S z")


def online(instance, **more):
    return {"activity": "getLicenseAsync", "instanceId": instance, "effectiveTime": moment(0),
            "expireTime": moment(365), "eventId": secrets.token_hex(16),
            "deviceFingerprint": secrets.token_hex(32), **more}


def without(call, *names):
    return {name: value for name, value in call.items() if name not in names}


def check_online(market, checks):
    buy = lambda: instance_of(market.call(SUCCESS, new_instance(new_order())))
    ask = lambda code, instance, **more: market.call(code, online(instance, **more))

    def quota():
        instance = buy()
        events = [online(instance) for _ in range(QUOTA)]
        for event in events:
            for _ in range(3):
                market.call(SUCCESS, event)
        ask(NO_QUOTA, instance)
        for event in events:
            market.call(SUCCESS, event)
        ask(NO_QUOTA, instance)
        ask(SUCCESS, buy())

    def same_event_at_once():
        instance = buy()
        event = online(instance)
        at_once(64, lambda _: market.call(SUCCESS, event))
        for _ in range(QUOTA - 1):
            ask(SUCCESS, instance)
        ask(NO_QUOTA, instance)

    def many_events_at_once():
        instance = buy()
        codes = at_once(40, lambda _: market.call({SUCCESS, NO_QUOTA}, online(instance))["resultCode"])
        want(codes.count(SUCCESS) == QUOTA, f"{codes.count(SUCCESS)} licences for {QUOTA}")

    def not_counted():
        """What was refused, and debugging calls, use up nothing."""
        instance = buy()
        for _ in range(QUOTA + 1):
            market.call(NO_FINGERPRINT, without(online(instance), "deviceFingerprint"))
            ask(NOT_VALID_THEN, instance, expireTime=moment(-1))
            ask(SUCCESS, instance, testFlag="1")
        for _ in range(QUOTA):
            ask(SUCCESS, instance)
        ask(NO_QUOTA, instance)

    instance = buy()
    checks.run("getLicenseAsync", ask, SUCCESS, instance)
    checks.run("getLicenseAsync since the page's time", ask, SUCCESS, instance, effectiveTime="2023-10-27 10:30:15 z")
    checks.run("getLicenseAsync with a fingerprint of 1024", ask, SUCCESS, instance, deviceFingerprint="x" * 1024)
    for name, more, code in [
        ("a fingerprint of 1025", {"deviceFingerprint": "x" * 1025}, INVALID),
        ("an eventId of 65", {"eventId": "x" * 65}, INVALID),
        ("an instanceId of 65", {"instanceId": "x" * 65}, INVALID),
        ("an empty fingerprint", {"deviceFingerprint": ""}, NO_FINGERPRINT),
        ("an end before its beginning", {"expireTime": moment(-1)}, NOT_VALID_THEN),
        ("an unknown instance", {"instanceId": "nobody-issued-this"}, UNKNOWN),
        ("a beginning that is no time", {"effectiveTime": "tomorrow"}, INVALID),
        ("a beginning that is no date", {"effectiveTime": "2023-02-30 10:30:15 z"}, INVALID),
    ]:
        checks.run(f"getLicenseAsync with {name}", market.call, code, online(instance) | more)
    checks.run("getLicenseAsync without a fingerprint", market.call, NO_FINGERPRINT,
               without(online(instance), "deviceFingerprint"))
    for name in ("instanceId", "effectiveTime", "eventId"):
        checks.run(f"getLicenseAsync without {name}", market.call, INVALID, without(online(instance), name))
        checks.run(f"getLicenseAsync with {name} empty", market.call, INVALID, online(instance) | {name: ""})
    for flag in ("1", 1):
        checks.run(f"getLicenseAsync, debugging, testFlag {flag!r}", ask, SUCCESS, TYPED, testFlag=flag)
    checks.run(f"an instance has {QUOTA} licences, a repeated event counts once", quota)
    checks.run("one event, 64 times at once, counts once", same_event_at_once)
    checks.run(f"of 40 events at once {QUOTA} get a licence", many_events_at_once)
    checks.run("refusals and debugging calls use up no licence", not_counted)
