"""V1: how a query may be spelled, and what has to be refused."""

import base64
import secrets

from .market import INVALID, NOT_AUTHENTIC, REFUSED, STYLES, SUCCESS, UNKNOWN
from .market import canonical, mac, percent, stamp, token, want
from .v1 import SAMPLE, buy, calls_about, order_id, purchase, query


def lucky(market, call, letter):
    """A stamped call whose token holds this letter."""
    while True:
        call = {**call, "timeStamp": stamp(), "nobodyKnows": secrets.token_hex(4)}
        auth = token(market.key, canonical(call), call["timeStamp"])
        if letter in auth:
            return call, auth


def check_spelling(market, checks):
    def accepted(call, **how):
        call = {**purchase(), **call}
        market.bought(market.ask(SUCCESS, call, **how))

    for letter in "+/":
        for style in ("strictly escaped", "raw +", "lower-case escapes", "everything escaped", "raw + only"):
            checks.run(f"a token with {letter}, {style}", lambda: market.ask(
                SUCCESS, lucky(market, purchase(), letter)[0], auth_style=style))

    def damaged():
        """What was a raw + for one who decoded it as a form, and escaped it again."""
        call, auth = lucky(market, purchase(), "+")
        market.ask(SUCCESS, call, auth=auth.replace("+", " "))

    checks.run("a token whose + became a blank", damaged)

    names = ["华为技术有限公司", "Example Ltd", "A+B", "A + B", "50% = ½", "a/b?c#d;e:f@g", "\"'<>\\", "😀", "é",
             "%41%2B", "~*'()!"]
    for name in names:
        for style in STYLES:
            checks.run(f"customerName {name!r}, {style}", accepted, {"customerName": name}, style=style)
            checks.run(f"customerName {name!r}, {style}, the token's + raw", lambda: market.ask(
                SUCCESS, lucky(market, purchase(customerName=name), "+")[0], style=style, auth_style="raw +"))
    for name in ("A&B Ltd", "R&D", "&", "A & B & C", "AT&T"):
        for style in STYLES:
            checks.run(f"customerName {name!r}, {style}", accepted, {"customerName": name}, style=style)

    def ordered(change):
        call = {**purchase(customerName="Example Ltd", periodType="year"), "timeStamp": stamp()}
        names = change(list(call))
        market.ask(SUCCESS, {name: call[name] for name in names}, signed=call)

    checks.run("parameters from A to Z", ordered, sorted)
    checks.run("parameters from Z to A", ordered, lambda names: sorted(names, reverse=True))
    for _ in range(5):
        checks.run("parameters in any order", ordered, lambda names: checks.random.sample(names, len(names)))

    def token_first():
        call = {**purchase(), "timeStamp": stamp()}
        before, _, auth = market.spelled(call).rpartition("&")
        market.judge(market.get(f"{auth}&{before}"), SUCCESS)

    checks.run("the token comes first", token_first)
    for more in ({"unheardOf": "1"}, {"Zulu": "Z", "alpha": "a", "_": "_"}, {"x": "a b+c=d"}, {"neu": "新"},
                 {"productid": "another"}, {"x" * 64: "y" * 1000}, {f"x{at}": str(at) for at in range(50)}):
        checks.run(f"parameters that nobody knows: {str(more)[:60]}", accepted, more)

    renewal = calls_about(buy(market)[0])[1]
    for activity, call in (("newInstance", purchase(userId="", productId="P", x="")),
                           ("refreshInstance", renewal | {"productId": "", "trialToFormal": ""})):
        kept = {name: value for name, value in call.items() if value}
        checks.run(f"{activity}: empty values are signed", market.ask, SUCCESS, call)
        checks.run(f"{activity}: empty values are not signed", market.ask, SUCCESS, call, signed=kept)
        for style in ("blank as +", "raw +"):
            odd = {**call, "note": "1 + 1", "mark": "a b"}
            kept = {name: value for name, value in odd.items() if value}
            checks.run(f"{activity}: empty values are signed, {style}", market.ask, SUCCESS, odd, style=style)
            checks.run(f"{activity}: empty values are not signed, {style}", market.ask, SUCCESS, odd, style=style,
                       signed=kept)
    for timestamp in (stamp(digits=15), "201706211855321", "20170725025113409"):
        checks.run(f"the timeStamp {timestamp}", accepted, {"timeStamp": timestamp})
    check_line(market, checks)


def check_line(market, checks):
    """Several calls on one connection."""

    def kept_alive():
        with market.connect() as connection:
            for _ in range(20):
                for code, ask in ((SUCCESS, purchase()), (UNKNOWN, query("nobody")), (INVALID, query(""))):
                    connection.send(market.get_request(market.spelled(ask)))
                    market.judge(connection.answer(), code)
                connection.send(market.get_request(market.spelled(purchase(), key=b"another")))
                market.judge(connection.answer(), NOT_AUTHENTIC)

    def in_pieces():
        with market.connect() as connection:
            request = market.get_request(market.spelled(purchase(saasExtendParams=SAMPLE)))
            for at in range(0, len(request), 7):
                connection.send(request[at:at + 7])
            market.judge(connection.answer(), SUCCESS)

    checks.run("eighty calls on one connection", kept_alive)
    checks.run("a call in pieces of seven bytes", in_pieces)


# ---- refusals ------------------------------------------------------------------------------------------------------


def check_refusals(market, checks):
    call = purchase(customerName="Example Ltd", productId="00301-666666-0--0", expireTime="20371231235959")
    key = market.key

    def refused(name, code, query_text):
        checks.run(name, lambda: market.judge(market.get(query_text()), code))

    def changed(name, change, code=NOT_AUTHENTIC):
        """A signed call whose parameters were changed on the way."""
        def text():
            stamped = {**call, "timeStamp": stamp()}
            right = canonical(stamped)
            return market.spelled(change(dict(stamped)), signed=right, auth=token(key, right, stamped["timeStamp"]))
        refused(name, code, text)

    for at in (0, 20, 42):
        flip = lambda auth: auth[:at] + ("A" if auth[at] != "A" else "E") + auth[at + 1:]  # "B" is no last letter
        refused(f"letter {at} of the token is wrong", NOT_AUTHENTIC, lambda: with_auth(market, call, flip))
    for name, change in (("in hexadecimal", hexadecimal), ("cut", lambda auth: auth[:-5]),
                         ("too long", lambda auth: auth + "AAAA"), ("no base64", lambda auth: "!" * 44),
                         ("without its =", lambda auth: auth.rstrip("=")), ("of 51", lambda auth: "A" * 51),
                         ("of 5,000", lambda auth: "A" * 5_000), ("in Chinese", lambda auth: "令" * 11)):
        codes = REFUSED if name != "without its =" else REFUSED | {SUCCESS}
        refused(f"a token {name}", codes, lambda: with_auth(market, call, change))
    refused("a token in capitals", REFUSED, lambda: with_auth(market, call, str.upper))
    refused("another seller's token", NOT_AUTHENTIC, lambda: market.spelled(call, key=b"another"))
    for name, made in (("the key with a line end", key + b"\n"), ("the key without its end", key[:-1]),
                       ("no key", b"\0")):
        refused(f"a token of {name}", NOT_AUTHENTIC, lambda: market.spelled(call, key=made))

    def key_alone():
        stamped = {**call, "timeStamp": stamp()}
        plain = mac(key, canonical(stamped).encode())
        return market.spelled(stamped, auth=base64.b64encode(plain).decode())

    refused("a token of the key without the timeStamp", NOT_AUTHENTIC, key_alone)
    refused("a token of the escaped values", NOT_AUTHENTIC,
            lambda: escaped_values(market, {**call, "customerName": "华为 技术"}))
    refused("a token of names alone", NOT_AUTHENTIC, lambda: market.spelled(
        {**call, "timeStamp": stamp()}, signed="&".join(sorted(["timeStamp", *call]))))
    refused("no token", NOT_AUTHENTIC, lambda: market.spelled(call).rpartition("&")[0])
    refused("an empty token", NOT_AUTHENTIC, lambda: market.spelled(call, auth=""))
    refused("no query", REFUSED, lambda: "")
    refused("no timeStamp", REFUSED, lambda: without_stamp(market, call))
    refused("an empty timeStamp", REFUSED, lambda: market.spelled({**call, "timeStamp": ""}))
    refused("nothing but a token", REFUSED, lambda: "authToken=" + "A" * 43 + "%3D")
    refused("a signature of V2 in a GET", REFUSED,
            lambda: "&".join(f"{name}={value}" for name, value in market.query(b"")))

    for name in [*call, "timeStamp"]:
        last = lambda value: value[:-1] + ("1" if value[-1] != "1" else "2")
        changed(f"{name} is altered", lambda members: {**members, name: last(members[name])})
        changed(f"{name} is gone", lambda members: {other: members[other] for other in members if other != name},
                NOT_AUTHENTIC if name != "timeStamp" else REFUSED)
    changed("a parameter is added", lambda members: {**members, "testFlag": "1"})
    changed("a parameter is renamed", lambda members: {("OrderId" if name == "orderId" else name): value
                                                       for name, value in members.items()})
    changed("two values trade places", lambda members: {**members, "orderId": members["productId"],
                                                        "productId": members["orderId"]})

    page = {"p1": "1", "p2": "2", "p3": "3", "timeStamp": "201706211855321"}
    refused("the page's own order, which is a slip (T1')", NOT_AUTHENTIC,
            lambda: market.spelled(page, signed="p1=1&p3=3&p2=2&timeStamp=201706211855321"))
    refused("the page's parameters, well signed, are no call (T1)", INVALID, lambda: market.spelled(page))

    for name in ("orderId", "customerName", "timeStamp", "activity", "unheardOf"):
        for again in ("the same", "another"):
            refused(f"{name} twice, {again}", INVALID, lambda: twice(market, call, name, again == "another"))
            refused(f"{name} twice, {again} first", INVALID,
                    lambda: twice(market, call, name, again == "another", first=True))
    refused("the token twice", REFUSED, lambda: (text := market.spelled(call)) + "&" + text.rpartition("&")[2])

    check_ampersands(market, checks)
    for method in ("PUT", "DELETE", "PATCH"):
        checks.run(f"{method}", lambda: market.judge(market.get(market.spelled(purchase()), method=method), REFUSED))
    for name, part in (("no hexadecimal", "%zz"), ("half an escape", "%4"), ("no UTF-8", "%FF"),
                       ("a surrogate", "%ED%A0%80"), ("an overlong slash", "%C0%AF")):
        refused(f"a value with {name}", REFUSED, lambda: market.spelled(call) + f"&x={part}")
        refused(f"a name with {name}", REFUSED, lambda: market.spelled(call) + f"&x{part}=1")
    checks.run("what was refused bought nothing", market.ask, UNKNOWN, query(call["businessId"]))


def check_ampersands(market, checks):
    """`a=1` and `b=2` are signed like `a=1&b=2`: nothing may pass for what it is not."""
    for extra in ("orderId=CS-EVIL", "productId=P2", "testFlag=1", "expireTime=20991231235959", "chargingMode=0",
                  "customerId=7", "email=x", "timeStamp=20200101000000000", "activity=releaseInstance"):
        call = purchase(customerName=f"A&{extra}")
        checks.run(f"customerName with &{extra}", market.ask, REFUSED, call)
        checks.run(f"customerName with &{extra} bought nothing", market.ask, UNKNOWN, query(call["businessId"]))
    for name in ("productId", "userName", "skuCode", "customerId", "unheardOf", "businessId", "orderId"):
        checks.run(f"{name} with &", market.ask, REFUSED, {**purchase(), name: f"{order_id()}&x"})
        checks.run(f"{name} with &x=1", market.ask, REFUSED, {**purchase(), name: f"{order_id()}&x=1"})

    def swallowed(first, second):
        """Two parameters of a signed call travel as one: the signed text is the same."""
        call = {**purchase(customerName="A", expireTime="20371231235959"), "timeStamp": stamp()}
        names = sorted(call)
        want(names.index(second) == names.index(first) + 1, f"{names} are not in this order")
        merged = {name: value for name, value in call.items() if name != second}
        merged[first] = f"{call[first]}&{second}={call[second]}"
        market.ask(REFUSED, merged, signed=canonical(call))
        market.ask(UNKNOWN, query(call["businessId"]))

    for first, second in (("customerName", "expireTime"), ("customerId", "customerName"), ("expireTime", "orderId")):
        checks.run(f"{second} is swallowed by {first}", swallowed, first, second)


def with_auth(market, call, change):
    call = {**call, "timeStamp": stamp()}
    return market.spelled(call, auth=change(token(market.key, canonical(call), call["timeStamp"])))


def hexadecimal(auth):
    return base64.b64decode(auth).hex()


def escaped_values(market, call):
    call = {**call, "timeStamp": stamp()}
    return market.spelled(call, signed=canonical({name: percent(value) for name, value in call.items()}))


def without_stamp(market, call):
    """Signed with the key alone, as the timeStamp is not there."""
    spelled = "&".join(f"{name}={percent(value)}" for name, value in call.items())
    return f"{spelled}&authToken={percent(token(market.key, canonical(call), ''))}"


def twice(market, call, name, another, first=False):
    """A parameter twice, signed with the call's own value."""
    call = {**call, "timeStamp": stamp(), "unheardOf": "1"}
    value = call[name][:-1] + "7" if another else call[name]
    query_text, more = market.spelled(call), f"{name}={percent(value)}"
    return f"{more}&{query_text}" if first else f"{query_text}&{more}"
