"""What KooGallery encrypts with: AES-CBC under a key of Java's SHA1PRNG, and RSA-OAEP. To check with, not to guard."""

import base64
import functools
import hashlib
import re
import secrets
import string

IV_LETTERS = string.ascii_letters + string.digits


# ---- AES -----------------------------------------------------------------------------------------------------------


def times(left, right):
    """The product in GF(2^8)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (0x11B if left & 0x80 else 0)
        right >>= 1
    return product


def substitutes():
    """The S-box: the inverse of each byte, then the affine map."""
    power, powers = 1, []
    for _ in range(255):
        powers.append(power)
        power = times(power, 3)
    inverse = {powers[at]: powers[-at % 255] for at in range(255)} | {0: 0}
    turned = lambda byte, by: (byte << by | byte >> (8 - by)) & 0xFF
    return [functools.reduce(int.__xor__, (turned(inverse[byte], by) for by in range(5)), 0x63) for byte in range(256)]


SUBSTITUTES = substitutes()
ORIGINALS = [SUBSTITUTES.index(byte) for byte in range(256)]
PRODUCTS = {factor: [times(byte, factor) for byte in range(256)] for factor in (1, 2, 3, 9, 11, 13, 14)}
SHIFTED = [(at + 4 * (at % 4)) % 16 for at in range(16)]  # where the byte at `at` comes from in ShiftRows
UNSHIFTED = [(at - 4 * (at % 4)) % 16 for at in range(16)]


class Aes:
    """The block cipher (FIPS 197)."""

    def __init__(self, key):
        words, count = [key[at:at + 4] for at in range(0, len(key), 4)], len(key) // 4
        constant = 1
        while len(words) < 4 * (count + 7):
            word = words[-1]
            if len(words) % count == 0:
                word = bytes(SUBSTITUTES[byte] for byte in word[1:] + word[:1])
                word = bytes([word[0] ^ constant]) + word[1:]
                constant = times(constant, 2)
            elif count > 6 and len(words) % count == 4:
                word = bytes(SUBSTITUTES[byte] for byte in word)
            words.append(xor(word, words[-count]))
        self.rounds = [b"".join(words[at:at + 4]) for at in range(0, len(words), 4)]

    def encrypt(self, block):
        block = xor(block, self.rounds[0])
        for key in self.rounds[1:-1]:
            block = mixed([SUBSTITUTES[block[at]] for at in SHIFTED], (2, 3, 1, 1))
            block = xor(block, key)
        return xor([SUBSTITUTES[block[at]] for at in SHIFTED], self.rounds[-1])

    def decrypt(self, block):
        block = xor(block, self.rounds[-1])
        for key in self.rounds[-2:0:-1]:
            block = xor([ORIGINALS[block[at]] for at in UNSHIFTED], key)
            block = mixed(block, (14, 11, 13, 9))
        return xor([ORIGINALS[block[at]] for at in UNSHIFTED], self.rounds[0])


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def mixed(block, factors):
    """MixColumns, or its inverse."""
    tables = [PRODUCTS[factor] for factor in factors]
    return [tables[0][block[column + row]] ^ tables[1][block[column + (row + 1) % 4]]
            ^ tables[2][block[column + (row + 2) % 4]] ^ tables[3][block[column + (row + 3) % 4]]
            for column in range(0, 16, 4) for row in range(4)]


# ---- sealed texts --------------------------------------------------------------------------------------------------


def sha1prng(seed, bits):
    """What a Java KeyGenerator of this size takes from a SHA1PRNG with this seed."""
    state = bytearray(hashlib.sha1(seed).digest())
    first = hashlib.sha1(state).digest()
    signed = lambda byte: byte - 256 if byte > 127 else byte
    before, carry = bytes(state), 1
    for at in range(20):
        total = signed(state[at]) + signed(first[at]) + carry
        state[at], carry = total & 0xFF, total >> 8
    if bytes(state) == before:
        state[0] = state[0] + 1 & 0xFF
    return (first + hashlib.sha1(state).digest())[:bits // 8]


@functools.lru_cache(maxsize=16)
def cipher(access_key, bits):
    return Aes(sha1prng(access_key, bits))


def seal(access_key, plain, bits=256, iv=None, plus=None):
    """16 letters, and the ciphertext in base64. `plus` wants a text that holds one, or none."""
    while True:
        start = iv or "".join(secrets.choice(IV_LETTERS) for _ in range(16))
        blocks, last, room = [], start.encode(), 16 - len(plain) % 16
        padded = plain + bytes([room]) * room
        for at in range(0, len(padded), 16):
            last = cipher(access_key, bits).encrypt(xor(padded[at:at + 16], last))
            blocks.append(last)
        sealed = start + base64.b64encode(b"".join(blocks)).decode()
        if plus is None or plus == ("+" in sealed):
            return sealed


def unseal(access_key, sealed, bits=256):
    """The bytes that were sealed. ValueError if this is no sealed text of this key."""
    if not re.fullmatch(r"[\x21-\x7e]{16}(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", sealed):
        raise ValueError(f"{sealed!r} is not 16 letters and base64")
    last, data = sealed[:16].encode(), base64.b64decode(sealed[16:])
    if not data or len(data) % 16:
        raise ValueError(f"{len(data)} bytes are no whole blocks")
    plain = b""
    for at in range(0, len(data), 16):
        block = data[at:at + 16]
        plain += xor(cipher(access_key, bits).decrypt(block), last)
        last = block
    room = plain[-1]
    if not 1 <= room <= 16 or plain[-room:] != bytes([room]) * room:
        raise ValueError("the padding is wrong")
    return plain[:-room]


# ---- RSA-OAEP ------------------------------------------------------------------------------------------------------

# Java's "OAEPWithSHA-256AndMGF1Padding" means SHA-1 in MGF1 unless told otherwise. The pages name no hash at all.
OAEP = {"SHA-256 and MGF1 with SHA-1": ("sha256", "sha1"), "SHA-256 and MGF1 with SHA-256": ("sha256", "sha256"),
        "SHA-1 and MGF1 with SHA-1": ("sha1", "sha1")}
RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d010101")


def mask(seed, length, digest):
    """MGF1."""
    blocks = (hashlib.new(digest, seed + count.to_bytes(4, "big")).digest() for count in range(length // 20 + 1))
    return b"".join(blocks)[:length]


def oaep_encrypt(public, message, variant):
    """RSAES-OAEP-ENCRYPT (RFC 8017) without a label. `public` is modulus and exponent."""
    modulus, exponent = public
    digest, mask_digest = OAEP[variant]
    length, size = (modulus.bit_length() + 7) // 8, hashlib.new(digest).digest_size
    block = hashlib.new(digest).digest() + bytes(length - len(message) - 2 * size - 2) + b"\x01" + message
    seed = secrets.token_bytes(size)
    block = xor(block, mask(seed, len(block), mask_digest))
    seed = xor(seed, mask(block, size, mask_digest))
    return pow(int.from_bytes(b"\0" + seed + block, "big"), exponent, modulus).to_bytes(length, "big")


def oaep_decrypt(private, data, variant):
    """The other way, for the self-test. `private` is modulus and private exponent."""
    modulus, exponent = private
    digest, mask_digest = OAEP[variant]
    length, size = (modulus.bit_length() + 7) // 8, hashlib.new(digest).digest_size
    block = pow(int.from_bytes(data, "big"), exponent, modulus).to_bytes(length, "big")
    seed = xor(block[1:size + 1], mask(block[size + 1:], size, mask_digest))
    plain = xor(block[size + 1:], mask(seed, length - size - 1, mask_digest))
    padding, _, message = plain[size:].partition(b"\x01")
    if block[0] or plain[:size] != hashlib.new(digest).digest() or padding.strip(b"\0"):
        raise ValueError("not encrypted so")
    return message


def der(data, tag):
    """The content of the first element, which has this tag, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError(f"no DER element {tag:#04x}")
    length, at = data[1], 2
    if length & 0x80:
        at += length & 0x7F
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        raise ValueError("a DER element breaks off")
    return data[at:at + length], data[at + length:]


def public_key(pem):
    """Modulus and exponent of an RSA key, a SubjectPublicKeyInfo with or without the lines around it."""
    lines = [line.strip() for line in pem.splitlines() if not line.startswith("-----")]
    outer, _ = der(base64.b64decode("".join(lines), validate=True), 0x30)
    algorithm, rest = der(outer, 0x30)
    if not algorithm.startswith(RSA_ENCRYPTION):
        raise ValueError("this is no RSA key")
    bits, _ = der(rest, 0x03)
    numbers, _ = der(bits[1:], 0x30)
    modulus, rest = der(numbers, 0x02)
    exponent, _ = der(rest, 0x02)
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
