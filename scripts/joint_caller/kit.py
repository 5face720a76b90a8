"""The joint-operations kit: its calls, the secret within them, and that no key serves another interface."""

import base64
import json
import secrets

from independent_caller import query_instance

from . import crypto
from .licences import codes_about, get_licence, without
from .market import CHINA, NOT_AUTHENTIC, SUCCESS, compact, stamp, want
from .v1 import TYPED, buy, calls_about, purchase, query

TENANT = "68cbc86abc2018ab880d92f36422fa0e"
APP = "0bd452b0-58af-4b98-9bda-6bf59da68d57"


def user(name, **more):
    return {"userName": name, "name": "张三", "position": "", "orgCode": "10", "role": "user", "enable": "true",
            "employeeCode": "", "mobile": "13800000000", "email": f"{name}@example.com", **more}


USERS = [
    user("flat", role="admin", employeeType="1", workPlace="Nanjing", entryDate="2022-11-9"),
    user("nested", enable="false", extension={"entryDate": "2022-11-9", "employeeType": "1", "workPlace": "Nanjing"}),
    user("number", employeeType=4),
    {"userName": "short", "name": "s", "orgCode": "20", "role": "user", "enable": "true"},
]
ORGANISATION = [{"orgCode": "20", "name": "研发部", "parentCode": "10"},
                {"orgCode": "10", "name": "Example Ltd", "parentCode": ""}]
UNQUOTED = '[{orgCode:"10",name:"Example Ltd",parentCode:""},{orgCode:"20",name:"研发部",parentCode:"10"}]'


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Calls:
    """The calls of the kit about one instance."""

    def __init__(self, market, instance, **more):
        self.market, self.instance, self.more = market, instance, {"flag": 1, "testFlag": 0, **more}

    def base(self, **more):
        return {"instanceId": self.instance, "tenantId": TENANT, **more, **self.more}

    def tenant(self, **more):
        return {**self.base(orderId="CS1906666666ABCDE", tenantCode="example.com", name="华为 + Söhne",
                            domainName="https://example.tenantaccount.com"), **more}

    def application(self, secret="", **more):
        return {**self.base(appId=APP, clientId="4Pgxbd4EU0Yzrhmp", clientSecret=secret), **more}

    def users(self, users=None, **more):
        users = text(USERS if users is None else users)
        return {**self.base(appId=APP, userList=users, currentSyncTime=stamp(CHINA)), **more}

    def department(self, **more):
        return {**self.base(orgCode="20", orgName="研发部", parentCode="10"), **more}

    def departments(self, info=None, **more):
        call = {**self.base(orgInfo=text(ORGANISATION) if info is None else info), **more}
        return without(call, "flag")

    def each(self):
        """A call for each path but applicationSync, which needs a public key."""
        calls = [("tenantSync", self.tenant()), ("allOrgSync", self.departments()),
                 ("singleOrgSync", self.department()), ("authSync", self.users())]
        if self.market.public_key:
            calls.insert(1, ("applicationSync", self.application(secret_for(self.market))))
        return calls


def secret_for(market, secret=b"test", variant="SHA-256 and MGF1 with SHA-1"):
    return base64.b64encode(crypto.oaep_encrypt(market.public_key, secret, variant)).decode()


def shuffled(checks, call):
    return dict(checks.random.sample(list(call.items()), len(call)))


# What the tables demand, and how long it may be.
NEEDED = {
    "tenantSync": ("tenantId", "tenantCode", "name", "domainName", "flag"),
    "applicationSync": ("tenantId", "appId", "clientId", "clientSecret", "flag"),
    "authSync": ("tenantId", "appId", "userList", "currentSyncTime", "flag"),
    "singleOrgSync": ("tenantId", "orgCode", "orgName", "flag"),
    "allOrgSync": ("tenantId", "orgInfo"),
}
LENGTHS = {
    "tenantSync": {"instanceId": 64, "orderId": 64, "tenantId": 64, "tenantCode": 64, "name": 255, "domainName": 255},
    "applicationSync": {"instanceId": 64, "tenantId": 64, "appId": 64, "clientId": 64},
    "authSync": {"instanceId": 64, "tenantId": 64, "appId": 64},
    "singleOrgSync": {"instanceId": 64, "tenantId": 64, "orgCode": 64, "orgName": 128, "parentCode": 64},
    "allOrgSync": {"instanceId": 64, "tenantId": 64},
}


def orgs_of_v2(call):
    """In V2 the list of departments has another name."""
    return without(call, "orgInfo") | ({"orgInfoList": call["orgInfo"]} if "orgInfo" in call else {})


# ---- clientSecret --------------------------------------------------------------------------------------------------


def check_secrets(market, checks):
    """The seller opens what KooGallery encrypted, whichever hashes it takes; the pages do not say."""
    if not market.public_key:
        print("NOT CHECKED: clientSecret, for want of --kit-public-key", flush=True)
        return
    kit, calls, key = market.kit, Calls(market, buy(market)[0]), market.public_key
    checks.run("the key has 3072 bits", lambda: want(key[0].bit_length() >= 3072, f"{key[0].bit_length()} bits"))
    for variant in crypto.OAEP:
        for secret in (b"test", secrets.token_urlsafe(32).encode(), b"x" * 200):
            for flag in (0, 1):
                call = calls.application(secret_for(market, secret, variant), testFlag=flag)
                checks.run(f"clientSecret of {len(secret)} by {variant}, testFlag {flag}", kit.sync, SUCCESS,
                           "applicationSync", call)
                checks.run(f"kit V2: clientSecret of {len(secret)} by {variant}, testFlag {flag}", kit.sync2, SUCCESS,
                           "applicationSync", call)

    def one_answer():
        length = (key[0].bit_length() + 7) // 8
        good = [base64.b64decode(secret_for(market, variant=variant)) for variant in crypto.OAEP]
        wrong = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
                 for data in good for at in (1, 9, length // 2, length - 1)]
        wrong += [secrets.randbelow(key[0]).to_bytes(length, "big") for _ in range(10)]
        wrong += [bytes(length), bytes(length - 1) + b"\1", b"\xff" * length, key[0].to_bytes(length, "big")]
        older = int.from_bytes(b"\0\2" + b"\1" * (length - 7) + b"\0test", "big")  # PKCS #1 v1.5
        wrong += [pow(older, key[1], key[0]).to_bytes(length, "big")]
        wrong += [good[0][:-1], good[0] + b"\0", b"\0" + good[0], b"short"]
        found = {}
        for data in wrong:
            call = calls.application(base64.b64encode(data).decode())
            answer = kit.sync(None, "applicationSync", call)
            found.setdefault(json.dumps(answer), data[:20])
        want(len(found) == 1, f"the answers tell broken secrets apart: {found}")
        code = json.loads(next(iter(found)))["resultCode"]
        want(code not in (SUCCESS, NOT_AUTHENTIC), f"what nobody can open was answered {code}")

    checks.run("no answer tells how a clientSecret is broken", one_answer)


# ---- one key, one interface ----------------------------------------------------------------------------------------


def check_interfaces(market, checks):
    kit, calls = market.kit, Calls(market, buy(market)[0])
    if kit.key == market.key:
        print("NOT CHECKED: that no key serves another interface, for want of a KOOGALLERY_KIT_KEY", flush=True)
        return
    for path, call in calls.each():
        checks.run(f"{path} under the kit's key", kit.sync, SUCCESS, path, call)
        checks.run(f"{path} under the access key", kit.sync, NOT_AUTHENTIC, path, call, key=market.key)
        call = orgs_of_v2(call)
        checks.run(f"kit V2: {path} under the kit's key", kit.sync2, SUCCESS, path, call)
        checks.run(f"kit V2: {path} under the access key", kit.sync2, NOT_AUTHENTIC, path, call, key=market.key)
    for call in [purchase(), *calls_about(TYPED), get_licence(), query(TYPED)]:
        call = {**call, "testFlag": "1"}
        checks.run(f"V1 {call['activity']} under the access key", market.ask, SUCCESS, call)
        checks.run(f"V1 {call['activity']} under the kit's key", market.ask, NOT_AUTHENTIC, call, key=kit.key)
    for call in [query_instance(TYPED), *codes_about(TYPED)]:
        body = compact({**call, "testFlag": "1"})
        checks.run(f"V2 {call['activity']} under the access key", market.call, SUCCESS, body)
        checks.run(f"V2 {call['activity']} under the kit's key", market.call, NOT_AUTHENTIC, body,
                   market.query(body, key=kit.key))
