"""Many V1 calls of every spelling: each answer is the right one, and well signed."""

import base64
import json
import random
import secrets

from independent_caller import Failed

from . import crypto
from .market import INVALID, NOT_AUTHENTIC, STYLES, SUCCESS, UNKNOWN, Line, canonical, percent, stamp, want
from .v1 import LATER, MANDATORY, calls_about, order_id, purchase, query

LETTERS = "abcXYZ019 -_.~+/=,:;?#@!$%'\"()*<>[]{}|\\^`实例订单éß€😀𝒳"
NAMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."


class Caller:
    """Makes calls up, with what their answers have to say."""

    def __init__(self, market, seed):
        self.market, self.random = market, random.Random(seed)
        self.order = order_id()
        self.instance, self.info = market.bought(market.ask(SUCCESS, purchase(self.order, expireTime=LATER)))

    def text(self, most):
        return "".join(self.random.choices(LETTERS, k=self.random.randint(1, most)))

    def sealed(self, plain):
        return crypto.seal(self.market.key, plain.encode(), self.random.choice((256, 128)))

    def purchase(self):
        rng, more = self.random, {}
        for name, make in {
            "customerName": lambda: self.text(30), "userId": lambda: self.text(20), "userName": lambda: self.text(20),
            "mobilePhone": lambda: self.sealed("138" + str(rng.randrange(10**8))), "trialFlag": lambda: "0",
            "email": lambda: self.sealed(self.text(40)), "skuCode": lambda: self.text(30),
            "saasExtendParams": lambda: percent(self.extend()) if rng.random() < 0.5 else self.extend(),
            "amount": lambda: str(rng.randrange(10**7)), "periodType": lambda: rng.choice(("year", "month")),
            "periodNumber": lambda: str(rng.randrange(1, 99)),
            "orderAmount": lambda: f"{rng.randrange(10**6)}.{rng.randrange(1000):03}",
            "provisionType": lambda: "1", "testFlag": lambda: "0",
        }.items():
            if rng.random() < 0.3:
                more[name] = make()
        # Whether it ends does not change from call to call: it tells how the order is billed.
        return purchase(self.order, expireTime=LATER, **more)

    def extend(self):
        value = [{"name": "idNum", "value": self.text(20)} for _ in range(self.random.randrange(1, 4))]
        return base64.b64encode(json.dumps(value).encode()).decode()

    def call(self):
        """A call, its result code, and what else is right of its answer."""
        rng = self.random
        right = lambda found: True
        kind = rng.randrange(10)
        if kind < 3:
            return self.purchase(), SUCCESS, lambda found: self.market.bought(found) == (self.instance, self.info)
        if kind < 5:
            return query(self.instance), SUCCESS, lambda found: self.market.shown(found) == {self.instance: self.info}
        if kind == 5:
            fresh = purchase()
            return fresh, SUCCESS, lambda found: self.market.bought(found)[0] == fresh["businessId"]
        call = rng.choice(calls_about(rng.choice((self.instance, "nobody-" + self.text(28).replace(",", "")))))
        if kind == 6:
            return {**call, "testFlag": "1"}, SUCCESS, right
        if kind == 7:
            left = {name: value for name, value in call.items() if name not in MANDATORY[call["activity"]]}
            return left, INVALID, right
        if call["activity"] in ("releaseInstance", "expireInstance"):
            call["instanceId"] = "nobody-" + secrets.token_hex(8)
        return call, SUCCESS if call["instanceId"] == self.instance else UNKNOWN, right

    def spelled(self):
        """The query, the result code, what else is right, and what was asked."""
        rng = self.random
        call, code, right = self.call()
        call["timeStamp"] = stamp(digits=rng.choice((17, 17, 15, 14)))
        for _ in range(rng.randrange(4)):
            call.setdefault("x" + "".join(rng.choices(NAMES, k=rng.randint(1, 12))), rng.choice(("", self.text(30))))
        signed = {name: value for name, value in call.items() if value} if rng.random() < 0.5 else dict(call)
        call = dict(rng.sample(list(call.items()), len(call)))
        # Each value is spelled in its own way, but a raw + means the same in the whole call.
        alike = [[spell for name, spell in STYLES.items() if "raw" not in name],
                 [spell for name, spell in STYLES.items() if "blank" not in name]][rng.randrange(2)]
        how = {"style": lambda value: rng.choice(alike)(value), "auth_style": rng.choice(list(STYLES))}
        if rng.random() < 0.15:
            name = rng.choice(list(signed))
            if name != "timeStamp":
                signed[name] += "x"
                code = NOT_AUTHENTIC
        elif rng.random() < 0.05:
            how["key"], code = b"of-another-seller", NOT_AUTHENTIC
        query_text = self.market.spelled(call, signed=canonical(signed), **how)
        if rng.random() < 0.3:
            *pairs, auth = query_text.split("&")
            pairs.insert(rng.randrange(len(pairs) + 1), auth)
            query_text = "&".join(pairs)
        return query_text, code, right


def check_sweep(market, checks):
    count, failures = checks.options.calls, []

    def all_of_them():
        caller = Caller(market, checks.options.seed)
        with Line(market) as line:
            for _ in range(count):
                query_text, code, right = caller.spelled()
                try:
                    found = market.judge(line.answer(market.get_request(query_text)), code)
                    want(code == NOT_AUTHENTIC or right(found), f"that is not right: {found}")
                except (Failed, OSError, ValueError) as error:
                    failures.append(error)
                    line.drop()
                    if len(failures) <= 5:
                        print(f"FAIL a V1 call of any spelling (--seed {checks.options.seed}): {query_text}: {error}",
                              flush=True)
        want(not failures, f"{len(failures)} of {count}")

    checks.run(f"{count} V1 calls of any spelling", all_of_them)
