"""V1: saasExtendParams, which are JSON in base64, escaped once or twice."""

import base64
import json

from .market import INVALID, SUCCESS, percent, want
from .v1 import SAMPLE, buy, calls_about, purchase


def check_extend(market, checks):
    welink = encode([{"name": "platformParams", "value": {"tenantName": "华为>>>???", "tennantId": "1", "userId": "u"}}])
    plus = encode([{"name": "extendParamName", "value": ">>>???~~~"}, {"name": "emailDomainName", "value": "ü>>ÿ?"}])
    want("+" in plus and "/" in plus, f"{plus} has no plus")
    empty = encode([{"name": "idNum", "value": ""}])
    longest = encode([{"name": "idNum", "value": "x" * (1536 - len('[{"name":"idNum","value":""}]'))}])
    want(len(longest) == 2048, f"{len(longest)}")
    for name, value in (("the page's", SAMPLE), ("WeLink's", welink), ("with plus and slash", plus),
                        ("an empty list", "W10="), ("empty", ""), ("an empty value", empty), ("of 2048", longest)):
        for style in ("strictly escaped", "raw +", "everything escaped"):
            checks.run(f"saasExtendParams: {name}, {style}", lambda: buy_with_style(market, value, style))
        if name != "of 2048":  # the length is that of the value after one decoding, which is longer then
            checks.run(f"saasExtendParams: {name}, escaped twice",
                       lambda: buy_with_style(market, percent(value), "strictly escaped"))
            checks.run(f"saasExtendParams: {name}, escaped twice, in lower case",
                       lambda: buy_with_style(market, percent(value, lower=True), "lower-case escapes"))
    checks.run("saasExtendParams: over 2048", market.ask, INVALID, purchase(saasExtendParams=longest + "AAAA"))
    checks.run("saasExtendParams in upgrade", lambda: market.ask(
        SUCCESS, {**calls_about(buy(market)[0])[4], "saasExtendParams": SAMPLE}))


def encode(value):
    return base64.b64encode(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()).decode()


def buy_with_style(market, value, style):
    call = purchase(saasExtendParams=value)
    instance, _ = market.bought(market.ask(SUCCESS, call, style=style))
    want(instance == call["businessId"], f"instanceId is {instance}, not {call['businessId']}")
