"""KooGallery, towards one seller: V1, V2 and the two kits on one address."""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import re
import secrets
import time
import urllib.parse

import independent_caller
from independent_caller import INVALID, NOT_AUTHENTIC, SUCCESS, UNKNOWN, compact, want  # noqa: F401  # for the checks

from . import crypto

REFUSED = {NOT_AUTHENTIC, INVALID}
AGENT = "User-Agent: Apache-HttpClient/4.5.3 (Java/1.8.0_262)"
CHINA = datetime.timezone(datetime.timedelta(hours=8))
LENGTHS = {"frontEndUrl": 512, "adminUrl": 512, "userName": 128, "password": 128, "memo": 1024}


def units(text):
    """The length as Java counts it."""
    return len(text.encode("utf-16-be")) // 2


def stamp(zone=datetime.timezone.utc, digits=17):
    return datetime.datetime.now(zone).strftime("%Y%m%d%H%M%S%f")[:digits]


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def canonical(members):
    """`name=value`, ascending by code unit, nothing escaped."""
    return "&".join(f"{name}={members[name]}" for name in sorted(members, key=lambda name: name.encode("utf-16-be")))


def token(key, text, timestamp):
    """The authToken of a canonical text."""
    return base64.b64encode(mac(key + timestamp.encode(), text.encode())).decode()


def percent(text, kept="", blank="%20", lower=False, everything=False):
    """Percent-encodes, with some letters left as they are."""
    if everything:
        escaped = "".join(f"%{byte:02X}" for byte in text.encode())
    else:
        escaped = urllib.parse.quote(text, safe=kept).replace("%20", blank)
    return re.sub("%..", lambda found: found[0].lower(), escaped) if lower else escaped


# How a value travels. A raw `+` is either every blank or every plus of a call, never both.
STYLES = {
    "strictly escaped": percent,
    "blank as +": lambda text: percent(text, blank="+"),
    "raw +": lambda text: percent(text, kept="+/=,:"),
    "everything escaped": lambda text: percent(text, everything=True),
    "lower-case escapes": lambda text: percent(text, lower=True),
    "blank as +, lower-case escapes": lambda text: percent(text, blank="+", lower=True),
    "raw + only": lambda text: percent(text, kept="+"),
}


class Checks(independent_caller.Checks):
    """Counts what passed, prints what failed; also what failed because an answer has members of another kind."""

    def run(self, name, check, *arguments, **named):
        def checked():
            try:
                check(*arguments, **named)
            except (LookupError, TypeError, AttributeError) as error:
                raise independent_caller.Failed(f"an answer has another shape: {error!r}") from error

        super().run(name, checked)


class Market(independent_caller.Market):
    """V1, V2 and licences: all under the access key."""

    def judge(self, answer, code=None, status=200):
        """Everything that holds for every answer, ASCII included. `code` is one, or a set of those allowed."""
        want(answer.body.isascii(), f"{answer.body[:200]!r} is not ASCII")
        return super().judge(answer, code, status)

    # ---- V1

    def spelled(self, call, style="strictly escaped", key=None, signed=None, auth=None, auth_style=None):
        """The query of a V1 call, stamped unless it is. `signed` is signed instead of the call; the members, or a text,
        and then the call stays as it is. `auth` goes instead of the token."""
        spell = STYLES[style] if isinstance(style, str) else style
        if not isinstance(signed, str):
            call = {"timeStamp": stamp(), **call}
            signed = canonical(call if signed is None else {"timeStamp": call["timeStamp"], **signed})
        auth = token(key or self.key, signed, call.get("timeStamp", "")) if auth is None else auth
        pairs = [f"{name}={spell(value)}" for name, value in call.items()]
        return "&".join([*pairs, f"authToken={STYLES[auth_style or 'strictly escaped'](auth)}"])

    def get_request(self, query, *lines, method="GET"):
        head = [f"{method} {self.path}?{query} HTTP/1.1", f"Host: {self.host}", AGENT, "Accept-Encoding: gzip,deflate"]
        return "\r\n".join([*head, *lines, "", ""]).encode()

    def get(self, query, method="GET"):
        """Makes a V1 call on a connection of its own."""
        with self.connect() as connection:
            connection.send(self.get_request(query, "Connection: close", method=method))
            answer = connection.answer()
            connection.closed()
            return answer

    def ask(self, code, call, **how):
        """Makes a V1 call, and wants this result code."""
        return self.judge(self.get(self.spelled(call, **how)), code)

    # ---- what a seller tells

    def app_info(self, found, whole, required=True):
        """The appInfo with its credentials opened. `whole` has the encryptType."""
        want(isinstance(found, dict), f"no appInfo in {whole}")
        for name, most in LENGTHS.items():
            value = found.get(name)
            want(value is None or isinstance(value, str) and units(value) <= most, f"{name} is {value!r}")
        want(re.match(r"https?://[^/]", found.get("frontEndUrl") or ""), f"frontEndUrl is {found.get('frontEndUrl')!r}")
        sealed = {name: found[name] for name in ("userName", "password") if found.get(name) is not None}
        want(not required or len(sealed) == 2, f"no userName or no password in {found}")
        if not sealed:
            return found
        want(whole.get("encryptType") == "1", f"encryptType is {whole.get('encryptType')!r}, not \"1\"")
        opened = {}
        for name, text in sealed.items():
            want(re.fullmatch(r"[A-Za-z0-9]{16}[A-Za-z0-9+/]+={0,2}", text), f"{name} is {text!r}")
            opened[name] = crypto.unseal(self.key, text).decode()
            want(opened[name], f"{name} is empty")
        want(len({text[:16] for text in sealed.values()}) == len(sealed), f"one IV serves twice in {found}")
        return {**found, **opened}

    def bought(self, found, required=True):
        """Instance and opened appInfo of an answered newInstance."""
        instance = independent_caller.instance_of(found)
        want(units(instance) <= 64, f"instanceId {instance!r} is too long")
        return instance, self.app_info(found.get("appInfo"), found, required)

    def shown(self, found, required=True):
        """Opened appInfo by instance of an answered queryInstance."""
        info = found.get("info")
        want(isinstance(info, list) and info and all(isinstance(entry, dict) for entry in info), f"no info in {found}")
        for entry in info:
            for usage in entry.get("usageInfo") or []:
                want(isinstance(usage.get("usageValue"), (int, float)), f"usageInfo is {usage}")
                want(re.fullmatch(r"\d{17}", usage.get("statisticalTime") or ""), f"usageInfo is {usage}")
        shown = {entry.get("instanceId"): self.app_info(entry.get("appInfo"), found, required) for entry in info}
        want(len(shown) == len(info), "an instance is shown twice")
        return shown


class Line:
    """A connection that is kept, and opened again after something went wrong."""

    def __init__(self, market):
        self.market, self.connection = market, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()

    def drop(self):
        if self.connection:
            with contextlib.suppress(OSError):
                self.connection.socket.close()
        self.connection = None

    def answer(self, request):
        self.connection = self.connection or self.market.connect()
        try:
            self.connection.send(request)
            return self.connection.answer()
        except BaseException:
            self.drop()
            raise

    def ask(self, code, call, **how):
        return self.market.judge(self.answer(self.market.get_request(self.market.spelled(call, **how))), code)


class Kit(Market):
    """The joint-operations kit: under a key of its own."""

    def send(self, name, body, *lines, method="POST"):
        """Sends to `produceAPI/…` on a connection of its own."""
        head = [f"{method} {self.path.rstrip('/')}/produceAPI/{name} HTTP/1.1", f"Host: {self.host}", AGENT,
                "Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close", *lines]
        with self.connect() as connection:
            connection.send("\r\n".join([*head, "", ""]).encode() + body)
            answer = connection.answer()
            connection.closed()
            return answer

    def token_of(self, call, key=None):
        """The authToken of a kit call: null and blank members are no part of it."""
        members = {name: text for name, value in call.items() if value is not None and (text := str(value)).strip()}
        return token(key or self.key, canonical(members), str(call.get("timeStamp", "")))

    def sync(self, code, name, call, body=None, key=None, auth=None, header="authToken: {}"):
        """Makes a call of kit V1, and wants this result code."""
        call = call if "timeStamp" in call else {**call, "timeStamp": stamp(CHINA)}
        body = json.dumps(call, ensure_ascii=False).encode() if body is None else body
        auth = self.token_of(call, key) if auth is None else auth
        return self.judge(self.send(name, body, header.format(auth)), code)

    def headers(self, signed, key=None, nonce=None, timestamp=None, change=str):
        """The headers of kit V2."""
        key, nonce = key or self.key, nonce or secrets.token_hex(16)
        timestamp = str(time.time_ns() // 1_000_000) if timestamp is None else str(timestamp)
        sign = mac(key, key + nonce.encode() + timestamp.encode() + signed).hex()
        return [f"x-sign: {change(sign)}", f"x-timestamp: {timestamp}", f"x-nonce: {nonce}"]

    def sync2(self, code, name, call, body=None, signed=None, **how):
        """Makes a call of kit V2, and wants this result code."""
        call = call if "timeStamp" in call else {**call, "timeStamp": stamp(CHINA)}
        signed = compact(call) if signed is None else signed
        body = signed if body is None else body
        return self.judge(self.send(f"v2/{name}", body, *self.headers(signed, **how)), code)
