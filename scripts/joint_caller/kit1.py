"""The joint-operations kit, V1: POST with an authToken in a header."""

import json
import secrets

from independent_caller import at_once

from .kit import LENGTHS, NEEDED, ORGANISATION, UNQUOTED, USERS, Calls, shuffled, text, user
from .licences import without
from .market import CHINA, INVALID, NOT_AUTHENTIC, REFUSED, SUCCESS, compact, stamp
from .v1 import TYPED, buy


def check_kit1(market, checks):
    kit, calls = market.kit, Calls(market, buy(market)[0])
    if not market.public_key:
        print("NOT CHECKED: applicationSync, for want of --kit-public-key", flush=True)

    for path, call in calls.each():
        for again in ("", ", again"):
            checks.run(f"{path}{again}", kit.sync, SUCCESS, path, call)
        checks.run(f"{path} in any order of members", kit.sync, SUCCESS, path, shuffled(checks, call))
        old = call | {"timeStamp": "20220413093539534"}
        checks.run(f"{path} of 2022, from A to Z", kit.sync, SUCCESS, path, old, compact(old))
        for name, header in (("in quotes", 'authToken: "{}"'), ("in typographic quotes", "authToken: “{}”"),
                             ("in other typographic quotes", "authToken: ”{}”"), ("among blanks", "authToken:   {}  "),
                             ("without a blank", "authToken:{}"), ("in a header in lower case", "authtoken: {}"),
                             ("in a header in capitals", "AUTHTOKEN: {}")):
            checks.run(f"{path}, the token {name}", kit.sync, SUCCESS, path, call, header=header)
        numbers = {name: str(value) if isinstance(value, int) else value for name, value in call.items()}
        checks.run(f"{path}, flags as texts", kit.sync, SUCCESS, path, numbers)
        checks.run(f"{path}, debugging", kit.sync, SUCCESS, path, call | {"testFlag": 1})
        checks.run(f"{path}, debugging, flags as texts", kit.sync, SUCCESS, path, numbers | {"testFlag": "1"})
        checks.run(f"{path}, debugging, what the console fills in", kit.sync, SUCCESS, path,
                   call | {"testFlag": 1, "instanceId": TYPED})
        blank = {name: "" for name in ("instanceId", "orderId") if name in call}
        for flag in (0, 1, "0", "1"):
            checks.run(f"{path}, no order yet, testFlag {flag!r}", kit.sync, SUCCESS, path,
                       call | blank | {"testFlag": flag})
        for name, more in (("null", None), ("empty", ""), ("blank", "   ")):
            checks.run(f"{path}, a member that is {name} is not signed", kit.sync, SUCCESS, path,
                       call | {"unheardOf": more})
        for more in ({"unheardOf": "a b=c"}, {"neu": "新 + ½"}, {"class": "com.example.Bean"}, {"Zulu": 12}):
            checks.run(f"{path}, a member that nobody knows: {more}", kit.sync, SUCCESS, path, call | more)
        if "flag" in call:
            checks.run(f"{path}, flag 9", kit.sync, INVALID, path, call | {"flag": 9})
            for again in ("", ", again"):
                checks.run(f"{path}, delete{again}", kit.sync, SUCCESS, path, call | {"flag": 0})
            checks.run(f"{path}, delete about an unknown one", kit.sync, SUCCESS, path,
                       call | {"flag": 0, "instanceId": "nobody-issued-this", "tenantId": secrets.token_hex(16)})
        for field in NEEDED[path]:
            checks.run(f"{path} without {field}", kit.sync, INVALID, path, without(call, field))
            checks.run(f"{path} with {field} empty", kit.sync, INVALID, path, call | {field: ""})
            checks.run(f"{path} with {field} null", kit.sync, INVALID, path, call | {field: None})
        for field, most in LENGTHS[path].items():
            checks.run(f"{path} with {field} of {most + 1}", kit.sync, INVALID, path, call | {field: "x" * (most + 1)})
            if field != "instanceId":
                checks.run(f"{path} with {field} of {most}", kit.sync, SUCCESS, path, call | {field: "x" * most})
        refuse(kit, checks, path, call)
    check_lists(kit, checks, calls)

    def crowd():
        call = calls.tenant(tenantId=secrets.token_hex(16))
        at_once(64, lambda _: kit.sync(SUCCESS, "tenantSync", call))

    def swallowed():
        """orderId travels within name: the signed text is the same."""
        call = calls.tenant(name="A", timeStamp=stamp(CHINA))
        merged = without(call, "orderId") | {"name": f"A&orderId={call['orderId']}"}
        kit.sync(REFUSED, "tenantSync", merged, auth=kit.token_of(call))

    checks.run("tenantSync, 64 at once", crowd)
    checks.run("tenantSync, the name A&B Ltd", kit.sync, SUCCESS, "tenantSync", calls.tenant(name="A&B Ltd"))
    checks.run("tenantSync, orderId is swallowed by name", swallowed)
    recorded = ('{"testFlag":1,"flag":1,"orderId":"CS1906666666ABCDE","tenantCode":"example.com","timeStamp":'
                '"20220726144206961","instanceId":"3ec0a56b-fb84-4cd5-a089-3258ad5f733a","domainName":'
                '"example.tenantaccount.com","tenantId":"68cbc86abc2018ab880d92f36422fa0e","name":"huaweitenantname"}')
    checks.run("a recorded tenantSync", kit.sync, SUCCESS, "tenantSync", json.loads(recorded), recorded.encode())


def check_lists(kit, checks, calls):
    for flag in (1, 2, 0):
        checks.run(f"authSync, flag {flag}", kit.sync, SUCCESS, "authSync", calls.users(flag=flag))
        checks.run(f"singleOrgSync, flag {flag}", kit.sync, SUCCESS, "singleOrgSync", calls.department(flag=flag))
    checks.run("authSync, 500 users", kit.sync, SUCCESS, "authSync",
               calls.users([user(f"user{number}") for number in range(500)]))
    checks.run("authSync, no users", kit.sync, SUCCESS, "authSync", calls.users([]))
    for name, wrong in (("no JSON", "[{"), ("a text", '"x"'), ("no list at all", "users"),
                        ("a user without a name", text([without(USERS[0], "userName")])),
                        ("a user with an empty name", text([user("")]))):
        checks.run(f"authSync, userList is {name}", kit.sync, INVALID, "authSync", calls.users(userList=wrong))
    for parent in ("", "  ", None):
        checks.run(f"singleOrgSync with the parent {parent!r}", kit.sync, SUCCESS, "singleOrgSync",
                   calls.department(parentCode=parent))
    checks.run("singleOrgSync without a parent", kit.sync, SUCCESS, "singleOrgSync",
               without(calls.department(), "parentCode"))
    thousand = [{"orgCode": str(at), "name": f"部{at}", "parentCode": str(at // 2) if at else ""} for at in range(1000)]
    for name, info in (("unquoted names", UNQUOTED),
                       ("unquoted names and blanks", UNQUOTED.replace(":", " : ").replace(",", ", ")),
                       ("orgName", text(ORGANISATION).replace('"name"', '"orgName"')),
                       ("an empty list", "[]"), ("no parents", '[{"orgCode":"1","name":"n"}]'),
                       ("colons and braces in names", '[{orgCode:"1",name:"a:b,{c:d}",parentCode:""}]'),
                       ("a thousand", text(thousand))):
        for flag in (0, 1):
            checks.run(f"allOrgSync, {name}, testFlag {flag}", kit.sync, SUCCESS, "allOrgSync",
                       calls.departments(info, testFlag=flag))
    for name, wrong in (("no JSON", "[{"), ("a text", "x"), ("one without a code", '[{"name":"n"}]'),
                        ("nested deeply", "[" * 100_000)):
        checks.run(f"allOrgSync, orgInfo is {name}", kit.sync, INVALID, "allOrgSync", calls.departments(wrong))


def refuse(kit, checks, path, call):
    """What has to be refused on each path."""
    run = lambda name, *more, **how: checks.run(f"{path}, {name}", kit.sync, *more, **how)
    stamped = call | {"timeStamp": stamp(CHINA)}
    right, body = kit.token_of(stamped), json.dumps(stamped).encode()
    run("another key", NOT_AUTHENTIC, path, call, key=b"another")
    run("an empty token", NOT_AUTHENTIC, path, call, auth="")
    run("no token", NOT_AUTHENTIC, path, call, header="X-None: 1")
    run("half a token", REFUSED, path, call, auth=right[:20])
    run("another last letter of the token", NOT_AUTHENTIC, path, stamped,
        auth=right[:-2] + ("A=" if right[-2] != "A" else "E="))
    run("a token in another header", REFUSED, path, call, header="X-authToken: {}")
    for name in stamped:
        if isinstance(stamped[name], str) and stamped[name] and name != "timeStamp":
            run(f"{name} is altered", NOT_AUTHENTIC, path, stamped | {name: stamped[name] + "x"}, auth=right)
    run("the timeStamp is altered", NOT_AUTHENTIC, path, stamped | {"timeStamp": "20220413093539534"}, auth=right)
    run("no timeStamp", REFUSED, path, stamped, body=json.dumps(call).encode(), auth=right)
    run("a member is added", NOT_AUTHENTIC, path, stamped | {"unheardOf": "1"}, auth=right)
    for again in (stamped["tenantId"], "another"):
        twice = body.replace(b"{", f'{{"tenantId": "{again}", '.encode(), 1)
        run(f"a member twice, {again}", REFUSED, path, stamped, body=twice, auth=right)
    for name, wrong in (("empty", b""), ("broken off", body[:-1]), ("a list", b"[]"), ("null", b"null"),
                        ("twice", body * 2), ("a comma too many", body[:-1] + b",}"),
                        ("not UTF-8", body.replace(b'"tenantId"', b'"tenant\xff"')),
                        ("nested deeply", b'{"x":' * 100_000), ("lists, nested deeply", b"[" * 100_000)):
        run(f"a body that is {name}", REFUSED, path, stamped, body=wrong, auth=right)
    checks.run(f"{path}, GET", lambda: kit.judge(kit.send(path, b"", f"authToken: {right}", method="GET"), REFUSED))
