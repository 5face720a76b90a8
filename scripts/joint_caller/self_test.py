"""Whether this caller itself is right: known keys, ciphertexts, tokens and signatures, with invented access keys."""

import base64
import hashlib
import random
import secrets

from independent_caller import sorted_body, want

from . import crypto, market

K = "11111111-2222-3333-4444-555555555555"

# Made with JDK 17: access key, AES-128 key, what a 256-bit key has more.
KEYS = [
    (K, "fa99dc2d055187d2bd1e0b33100448cc", "a4a528b19c93588930b6b64e82d99935"),
    ("example-access-key", "98a158702e2ef8030c569e76c1f526b1", "d6609cf0c21bee633c11366b62c04cb3"),
    ("test-access-key-0123456789abcdef", "f04d93c15914aee825f074d9bfc9b1a1", "a8146e96e78b001d3711b95731a5f0a7"),
    ("a", "667f407de7c6ad07358fa38daed7828a", "72014b4e621d7140210c8cf1565a8f02"),
    ("max.bai", "9f29e922b09c244ea08fd35d580f90d6", "32deffd6f5d6b74438dece9a1c06335d"),
]

# Made with JDK 17 and OpenSSL, with K: plain text, sealed with 256 bits, sealed with 128.
SEALED = [
    ("13800000000", "ABCDEFGHIJKLMNOPu2wqsCOa3czT9tiaX65hEQ==", "ABCDEFGHIJKLMNOP25w9j8tA7NPO/M6PrH+UEw=="),
    ("buyer@example.com", "0a1B2c3D4e5F6g7HXtC945VFDwAgdhm2btiM8cFCAfTys71wHUSokmCIREE=",
     "0a1B2c3D4e5F6g7H8JoOfqLyWy3Qk1J2AavtfkO/PC0G7UsnLgvaLTnjbys="),
    ("admin", "qwertyuiopasdfghO3V2kN7Yk1ZpAi64hwNJcw==", "qwertyuiopasdfghqzxPmMhZBPNR9QvxCgUeWg=="),
    ("管理员", "1234567890abcdefLv3byM0SlU0TUd9K0mbW0Q==", "1234567890abcdefypKfqw1D/9/mTfdTxKUIIQ=="),
    ("", "AAAAAAAAAAAAAAAA77YU0ukOXDQhQCCd7DXtog==", "AAAAAAAAAAAAAAAAcskTS/eLHh1Kfcgy3mTUAQ=="),
]

# With K: name, signed text, token.
TOKENS = [
    ("T1", "p1=1&p2=2&p3=3&timeStamp=201706211855321", "8hK+b/7Z9v4jSh+c8NSIcKW0Nmm7RkSHE0z9xn6sIKI="),
    ("T1'", "p1=1&p3=3&p2=2&timeStamp=201706211855321", "RF57MBeHmfY2OEJFesZAJkmv+DgqCuk0Wj2EkvAPsmw="),
    ("T2", "activity=newInstance&businessId=61e834ba-7b97-4418-b8f7-e5345137278c"
           "&customerId=68cbc86abc2018ab880d92f36422fa0e&expireTime=20200727153156&orderId=CS1906666666ABCDE"
           "&productId=00301-666666-0--0&testFlag=1&timeStamp=20200727073711903",
     "z6qH36tntdWAP9jcajpRlDNqgGSnFc5jrfNVQsg89VM="),
    ("T4", "activity=refreshInstance&expireTime=20180725000000&instanceId=03pf80c2bae96vc49b80b917bea776d7"
           "&orderId=HWS001014ED483AA1E8&productId=&timeStamp=20170725025113409",
     "Az9NJ3BWu2/YKoK7+3euNye1rt44tGGfo/vjn14qAsI="),
    ("T4'", "activity=refreshInstance&expireTime=20180725000000&instanceId=03pf80c2bae96vc49b80b917bea776d7"
            "&orderId=HWS001014ED483AA1E8&timeStamp=20170725025113409",
     "tsZGIFbPhO5kiiAmhx5U6TysLkDdWp6xfAxeLDzZqkY="),
    ("T5", "activity=queryInstance&instanceId=inst-0001,inst-0002&testFlag=1&timeStamp=20230327065233980",
     "kqxaaudPH5WIReK1r5atfnPxzMo1/gKN3vPcUUE/yYE="),
    ("T6", "activity=instanceStatus&instanceId=inst-0001&instanceStatus=FREEZE&testFlag=1&timeStamp=20230327070251713",
     "SLV9XgaKZXx5LxdJl6yaUM5FbzNJmhEy5R8qnZdEJlg="),
]

# With K: name, call of kit V1, signed text, token.
KIT_TOKENS = [
    ("P1", {"testFlag": 1, "flag": 1, "orderId": "CS1906666666ABCDE", "tenantCode": "example.com",
            "timeStamp": "20220726144206961", "instanceId": "3ec0a56b-fb84-4cd5-a089-3258ad5f733a",
            "domainName": "example.tenantaccount.com", "tenantId": "68cbc86abc2018ab880d92f36422fa0e",
            "name": "huaweitenantname"},
     "domainName=example.tenantaccount.com&flag=1&instanceId=3ec0a56b-fb84-4cd5-a089-3258ad5f733a"
     "&name=huaweitenantname&orderId=CS1906666666ABCDE&tenantCode=example.com"
     "&tenantId=68cbc86abc2018ab880d92f36422fa0e&testFlag=1&timeStamp=20220726144206961",
     "I6xHQNLGRXei2TQyonzfsdN/RRGT55AmGiZIkTw9oJg="),
    ("P3", {"instanceId": "", "orderId": "", "tenantId": "68cbc86abc2018ab880d92f36422fa0e", "tenantCode": "huawei",
            "name": "huaweitenantname", "domainName": "https://example.tenantaccount.com", "flag": 1, "testFlag": 1,
            "timeStamp": "20220413093539534"},
     "domainName=https://example.tenantaccount.com&flag=1&name=huaweitenantname&tenantCode=huawei"
     "&tenantId=68cbc86abc2018ab880d92f36422fa0e&testFlag=1&timeStamp=20220413093539534",
     "mCMDPwZ4fMdLNgZiqhcxBJFH8E0bRP49BfKR959yO4o="),
    ("P4", {"instanceId": "huaiweitest123456", "tenantId": "68cbc86abc2018ab880d92f36422fa0e", "testFlag": 1,
            "orgInfo": '[{"orgCode":"10","name":"Example Ltd","parentCode":""},'
                       '{"orgCode":"20","name":"研发部","parentCode":"10"}]', "timeStamp": "20220420114117642"},
     'instanceId=huaiweitest123456&orgInfo=[{"orgCode":"10","name":"Example Ltd","parentCode":""},'
     '{"orgCode":"20","name":"研发部","parentCode":"10"}]&tenantId=68cbc86abc2018ab880d92f36422fa0e&testFlag=1'
     '&timeStamp=20220420114117642', "szO3mmUsB4r7OsMgpy/j6UHIYIeC6TslqezHoCvOIvM="),
]

# With K: the body of an answer, its Body-Sign.
ANSWERS = [
    ('{"resultCode":"000000","resultMsg":"success."}', "JlKwXWkh0Ut3KEMWxd0Q8cjpT9/KvMKX/y6SJ8PitkE="),
    ('{"resultCode":"000000","resultMsg":"success."}\n', "eINdBa4mnOtUe9GrvMNPnmpXRFoaIc7+nLLeS9s0hBM="),
]

# Of kit V2 and of V2: access key, nonce, timestamp, body, signature.
V2_KEY, V2_NONCE, V2_STAMP = "test-access-key-0123456789abcdef", "RLLUammMSInlrNWb", "1680508066618"
X_SIGN = (b'{"clientId":"c1","flag":1,"instanceId":"i1","testFlag":1}',
          "72c6211b81e60df0134864481a36c30f07661b9822bebaac55633c9f7201a58e")
SIGNATURE = (b'{"activity":"queryInstance","instanceId":"10e758d0-31ad-4c4b-8f1b-81d03469a10e","testFlag":"1"}',
             "3CE5D419D41D12E52E71B164352F3B9CB7373C965421088C337D6463940F01A6")

# FIPS 197, appendix C.
BLOCKS = [("000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a"),
          ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "8ea2b7ca516745bfeafc49904b496089")]


def same(found, right):
    want(found == right, f"{found!r}, not {right!r}")


def check_blocks():
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    for key, encrypted in BLOCKS:
        same(crypto.Aes(bytes.fromhex(key)).encrypt(plain).hex(), encrypted)
        same(crypto.Aes(bytes.fromhex(key)).decrypt(bytes.fromhex(encrypted)), plain)


def check_sealed(plain, by_bits):
    for bits, sealed in by_bits.items():
        same(crypto.seal(K.encode(), plain.encode(), bits, sealed[:16]), sealed)
        same(crypto.unseal(K.encode(), sealed, bits).decode(), plain)
        same(crypto.unseal(K.encode(), crypto.seal(K.encode(), plain.encode(), bits), bits).decode(), plain)


def check_token(text, right):
    same(market.token(K.encode(), text, text.rpartition("timeStamp=")[2]), right)
    call = dict(pair.split("=", 1) for pair in text.split("&"))
    query = market.Market("http://localhost/", K).spelled(dict(reversed(call.items())))
    found = market.urllib.parse.parse_qs(query, keep_blank_values=True)["authToken"]
    want((found == [right]) == (market.canonical(call) == text), f"{query} has another token")


def check_kit_token(call, text, right):
    same(market.token(K.encode(), text, call["timeStamp"]), right)
    same(market.Kit("http://localhost/", K).token_of(call), right)


def check_signatures():
    body, right = SIGNATURE
    pairs = market.Market("http://localhost/", V2_KEY).query(body, nonce=V2_NONCE, timestamp=V2_STAMP)
    same(dict(pairs)["signature"], right)
    body, right = X_SIGN
    lines = market.Kit("http://localhost/", V2_KEY).headers(body, nonce=V2_NONCE, timestamp=V2_STAMP)
    same(lines[0], f"x-sign: {right}")
    same(sorted_body({"testFlag": 1, "x": None, "clientId": "c1", "instanceId": "i1", "flag": 1}, False), body)


def check_answers():
    for body, right in ANSWERS:
        same(base64.b64encode(market.mac(K.encode(), body.encode())).decode(), right)


def check_plus():
    same([spell("a+b c/é&") for spell in market.STYLES.values()],
         ["a%2Bb%20c%2F%C3%A9%26", "a%2Bb+c%2F%C3%A9%26", "a+b%20c/%C3%A9%26", "%61%2B%62%20%63%2F%C3%A9%26",
          "a%2bb%20c%2f%c3%a9%26", "a%2bb+c%2f%c3%a9%26", "a+b%20c%2F%C3%A9%26"])


def prime(bits, rng):
    """A probable prime; enough for a key that lives for one test."""
    while True:
        number = rng.getrandbits(bits) | 3 << bits - 2 | 1
        odd, twos = number - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        if all(probably(number, odd, twos, rng) for _ in range(20)):
            return number


def probably(number, odd, twos, rng):
    """One round of Miller and Rabin."""
    power = pow(rng.randrange(2, number - 1), odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def check_rsa():
    rng = random.SystemRandom()
    first, second = prime(640, rng), prime(640, rng)
    modulus, exponent = first * second, 65537
    private = pow(exponent, -1, (first - 1) * (second - 1))
    number = lambda value: element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
    numbers = element(0x30, number(modulus) + number(exponent))
    info = element(0x30, element(0x30, crypto.RSA_ENCRYPTION + b"\x05\x00") + element(0x03, b"\0" + numbers))
    text = base64.encodebytes(info).decode()
    for pem in (text, f"-----BEGIN PUBLIC KEY-----\n{text}-----END PUBLIC KEY-----\n"):
        same(crypto.public_key(pem), (modulus, exponent))
    for variant in crypto.OAEP:
        message = secrets.token_bytes(30)
        encrypted = crypto.oaep_encrypt((modulus, exponent), message, variant)
        same(crypto.oaep_decrypt((modulus, private), encrypted, variant), message)
    # MGF1 with SHA-1 and SHA-256; the values are well known.
    same(crypto.mask(b"foo", 3, "sha1").hex(), "1ac907")
    same(crypto.mask(b"bar", 5, "sha256").hex(), "382576a784")
    same(hashlib.sha1(b"").hexdigest()[:8], "da39a3ee")


def element(tag, content):
    length = len(content)
    size = bytes([length]) if length < 128 else bytes([0x82]) + length.to_bytes(2, "big")
    return bytes([tag]) + size + content


def run(checks):
    checks.run("AES", check_blocks)
    for key, short, more in KEYS:
        checks.run(f"the 128-bit key of {key!r}", lambda: same(crypto.sha1prng(key.encode(), 128).hex(), short))
        checks.run(f"the 256-bit key of {key!r}", lambda: same(crypto.sha1prng(key.encode(), 256).hex(), short + more))
    for plain, long, short in SEALED:
        checks.run(f"{plain!r} sealed", check_sealed, plain, {256: long, 128: short})
    for name, text, right in TOKENS:
        checks.run(f"token {name}", check_token, text, right)
    for name, *more in KIT_TOKENS:
        checks.run(f"token {name}", check_kit_token, *more)
    checks.run("signatures of V2 and of kit V2", check_signatures)
    checks.run("Body-Sign", check_answers)
    checks.run("percent-encodings", check_plus)
    checks.run("RSA-OAEP and public keys", check_rsa)
