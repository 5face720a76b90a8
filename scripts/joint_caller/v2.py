"""V2 on the same address. What a seller of V2 has to do beyond this, `independent_caller.py` checks."""

import secrets

from independent_caller import at_once, instance_of, new_instance, new_order, query_instance, shown, sorted_body

from .market import INVALID, NOT_AUTHENTIC, REFUSED, SUCCESS, UNKNOWN, compact, time, want


def calls_about(instance):
    return [
        query_instance(instance),
        {"activity": "refreshInstance", "instanceId": instance, "scene": "RENEWAL", "expireTime": "20371231235959",
         **new_order()},
        {"activity": "updateInstanceStatus", "instanceId": instance, "status": "FREEZE"},
        {"activity": "updateInstanceStatus", "instanceId": instance, "status": "UNFREEZE"},
        {"activity": "releaseInstance", "instanceId": instance},
    ]


def check_v2(market, checks):
    order = new_order()
    call = new_instance(order)

    def bought():
        want(instance_of(market.call(SUCCESS, call)) == call["businessId"], "it is not the first businessId")
        want(instance_of(market.call(SUCCESS, new_instance(order))) == call["businessId"], "again, another instance")

    def crowd():
        line = new_order()
        found = set(at_once(64, lambda _: instance_of(market.call(SUCCESS, new_instance(line)))))
        want(len(found) == 1, f"{len(found)} instances")

    def debugging():
        line = new_order()
        for flag in ("1", 1):
            instance = instance_of(market.call(SUCCESS, new_instance(line, testFlag=flag)))
            market.call(UNKNOWN, query_instance(instance))

    def looked():
        found = shown(market.call(SUCCESS, query_instance(call["businessId"])))
        want(found == [call["businessId"]], f"{found} is shown")

    checks.run("V2 newInstance", bought)
    checks.run("V2: 64 calls at once for one order line", crowd)
    checks.run("V2 newInstance, debugging", debugging)
    checks.run("V2 queryInstance", looked)
    for one in calls_about(call["businessId"]):
        for again in ("", ", again"):
            checks.run(f"V2 {one['activity']}{again}", market.call, SUCCESS, one)
    for one in calls_about("nobody-issued-this"):
        checks.run(f"V2 {one['activity']} about an unknown one", market.call, UNKNOWN, one)
        checks.run(f"V2 {one['activity']}, debugging", market.call, SUCCESS, {**one, "testFlag": "1"})
        without = {name: value for name, value in one.items() if name != "instanceId"}
        checks.run(f"V2 {one['activity']} without an instance", market.call, INVALID, without)
    for activity in ("expireInstance", "instanceStatus", "upgrade", "getLicense", "unheardOf"):
        checks.run(f"V2 has no {activity}", market.call, INVALID, {**calls_about("x")[0], "activity": activity})

    body = compact({"activity": "releaseInstance", "instanceId": "probe", "testFlag": "1"})
    pairs = market.query(body)
    checks.run("V2: a call is accepted", market.call, SUCCESS, body, pairs)
    checks.run("V2: but once", market.call, NOT_AUTHENTIC, body, pairs)
    checks.run("V2: 64 copies at once, one is accepted", copies, market, body)
    odd = b'{ "testFlag":"1", "instanceId":"probe",\n"activity":"releaseInstance"}'
    for descending in (False, True):
        signed = sorted_body({"activity": "releaseInstance", "instanceId": "probe", "testFlag": "1"}, descending)
        checks.run(f"V2: signed from {'Z to A' if descending else 'A to Z'}", market.call, SUCCESS, odd,
                   market.query(odd, signed=signed))
    now = time.time_ns() // 1_000_000
    for code, name, query in [
        (NOT_AUTHENTIC, "another key", market.query(body, key=b"another")),
        (NOT_AUTHENTIC, "another body", market.query(body + b" ")),
        (NOT_AUTHENTIC, "no signature", market.query(body)[1:]),
        (INVALID, "stale", market.query(body, timestamp=now - 90_000)),
        (INVALID, "no query", []),
        (REFUSED, "a V1 call in a POST", [pair.split("=", 1) for pair in market.spelled({"activity": "releaseInstance",
                                         "instanceId": "probe", "testFlag": "1"}).split("&")]),
    ]:
        checks.run(f"V2 refused: {name}", lambda: market.judge(market.post(body, query), code))


def copies(market, body):
    pairs = market.query(body, nonce=secrets.token_hex(8))
    codes = at_once(64, lambda _: market.judge(market.post(body, pairs))["resultCode"])
    want(sorted(codes) == [SUCCESS] + [NOT_AUTHENTIC] * 63, f"{codes.count(SUCCESS)} were accepted")
