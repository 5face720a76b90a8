"""V1: mobilePhone and email travel encrypted. What cannot be opened must look alike, however it is broken."""

import base64
import contextlib
import json

from . import crypto
from .market import NOT_AUTHENTIC, SUCCESS, Line, want
from .v1 import order_id, purchase

PLAIN = {"mobilePhone": "13800000000", "email": "buyer@example.com"}


def check_sealed(market, checks):
    for field, plain in PLAIN.items():
        for bits in (256, 128):
            def accepted(style, damaged=False, text=plain):
                sealed = crypto.seal(market.key, text.encode(), bits, plus=True)
                sealed = sealed.replace("+", " ") if damaged else sealed
                market.bought(market.ask(SUCCESS, purchase(**{field: sealed}), style=style))

            for style in ("strictly escaped", "raw +", "raw + only", "everything escaped", "lower-case escapes"):
                checks.run(f"{field}, AES-{bits}, {style}", accepted, style)
            for style in ("strictly escaped", "blank as +"):
                checks.run(f"{field}, AES-{bits}, its + became a blank, {style}", accepted, style, True)
            checks.run(f"{field}, AES-{bits}, a long one", accepted, "raw +", False, "1" * 170)
        checks.run(f"{field} empty", market.ask, SUCCESS, purchase(**{field: ""}))
        checks.run(f"no answer tells how {field} is broken", no_oracle, market, checks, field)
    checks.run("both at once", lambda: market.bought(market.ask(SUCCESS, purchase(
        **{field: crypto.seal(market.key, plain.encode()) for field, plain in PLAIN.items()}))))


def openable(market, sealed):
    """Whether anybody could take this for a sealed text, under either size of key."""
    for bits in (256, 128):
        with contextlib.suppress(ValueError):
            crypto.unseal(market.key, sealed, bits).decode()
            return True
    return False


def broken(market, checks):
    """Texts that were sealed once, each broken in another place: padding, blocks, lengths, base64, key, UTF-8."""
    rng, key = checks.random, market.key
    for bits in (256, 128):
        sealed = crypto.seal(key, PLAIN["email"].encode(), bits)
        start, data = sealed[:16], base64.b64decode(sealed[16:])
        spelled = lambda changed: start + base64.b64encode(changed).decode()
        # The last byte of the first block decides the padding of the second: one of 256 is right.
        yield from (spelled(data[:15] + bytes([value]) + data[16:]) for value in range(256))
        for at in range(len(data)):
            flipped = (bytes([data[at] ^ rng.randrange(1, 256)]) for _ in range(8))
            yield from (spelled(data[:at] + byte + data[at + 1:]) for byte in flipped)
        yield from (spelled(data[:length]) for length in (0, 1, 15, 16, 17, 31))
        yield from (spelled(data + more) for more in (b"\0", bytes(15), bytes(16), rng.randbytes(48)))
        yield from (spelled(rng.randbytes(length)) for length in (16, 32, 48, 160) for _ in range(10))
        yield from (sealed[:length] for length in (1, 15, 16, 17, 18, 19))
        yield from (sealed[:at] + letter + sealed[at + 1:] for at in (16, 20, 40) for letter in "!-_*中")
        yield from (sealed[:-2] + "A=", sealed + "AAAA", "中" * 16 + sealed[16:], sealed[1:])
        yield crypto.seal(key + b"x", PLAIN["email"].encode(), bits)
        no_utf8 = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80abc", b"a" * 20 + b"\xe4")
        yield from (crypto.seal(key, plain, bits) for plain in no_utf8)


def no_oracle(market, checks, field):
    order = order_id()
    answers, count = {}, 0
    with Line(market) as line:
        def answered(text, **how):
            """The answer but for what differs in any two: the date, and a fresh IV if the call was taken."""
            call = purchase(order, **{field: text})
            answer = line.answer(market.get_request(market.spelled(call, **how)))
            found = market.judge(answer)
            if found["resultCode"] == SUCCESS:
                found = (market.bought(found), found["resultMsg"])
            lines = [line for line in answer.lines if not line.lower().startswith((b"date:", b"body-sign:"))]
            return json.dumps([found, *sorted(line.decode() for line in lines)])

        for text in broken(market, checks):
            if text.strip() and not openable(market, text):
                answers.setdefault(answered(text), text)
                count += 1
        want(count > 1_000, f"only {count} broken texts")
        want(len(answers) == 1, f"{len(answers)} answers tell broken texts apart: {answers}")
        want(NOT_AUTHENTIC not in next(iter(answers)), f"well signed, but answered {answers}")
        # Before the token is checked nothing is opened at all.
        good = crypto.seal(market.key, PLAIN[field].encode())
        unsigned = {answered(text, key=b"another") for text in (good, good[:-4], "x", good[:20] + "AAAA" + good[24:])}
        want(len(unsigned) == 1 and NOT_AUTHENTIC in unsigned.pop(), f"unsigned, several answers: {unsigned}")
