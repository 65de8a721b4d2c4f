"""Blind RSA signatures: RSABSSA-SHA384-PSS-Randomized (RFC 9474).

Whoever may vote has a message signed without showing it; later the message and its signature show that
somebody who might vote made it, and nobody can tell who. The steps, in order: `prepare` and `blind` by
the voter, `PrivateKey.blind_sign` by the server, `finalize` by the voter, `PublicKey.verify` by anyone.

The server's step takes a number that its asker chose, through a secret exponent. So the powers are taken
by an algorithm whose time and memory access do not follow the secret (GMP's mpz_powm_sec), on a number
blinded once more by chance (RFC 9474 §8.1), and the outcome is checked before it leaves (§4.3): one
fault in half of the Chinese remainder would otherwise give the key away.

Measured at 2,048 bits: 1.14 ms of CPU for a signature, of which the two powers 1.03, mask and check 0.1.
`cryptography` signs in 0.4 ms but only what it padded itself: it has no raw private operation. Python's
pow takes 7.9 ms, and its time follows the secret.
"""

import hashlib
import secrets
from math import gcd

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from gmpy2 import invert, mpz, powmod, powmod_sec

PREFIX_BYTES = 32  # RFC 9474 §4.1
SALT_BYTES = 48  # RFC 9474 §5: as long as the hash
EXPONENT = 65537
KEY_BITS = (2048, 3072, 4096)
LONGEST_KEY = 4096  # bytes of DER, more than any key of these sizes takes
_HASH_BYTES = 48
_PADDING = padding.PSS(padding.MGF1(hashes.SHA384()), SALT_BYTES)


class BlindRsaInvalid(Exception):
    """A key, a message or a signature is not what it has to be; the message says what."""


class Blinded(msgspec.Struct, frozen=True):
    """A message made unreadable for who signs it, and what undoes that: a secret of the voter."""

    message: bytes
    inverse: int


class PublicKey:
    """What a poll publishes: with it, messages are blinded and signatures checked."""

    def __init__(self, key: rsa.RSAPublicKey) -> None:
        numbers = key.public_numbers()
        if key.key_size not in KEY_BITS or numbers.e != EXPONENT:
            raise BlindRsaInvalid("the key has 2048, 3072 or 4096 bits and the exponent 65537")
        self._key = key
        self.n = numbers.n
        self.size = key.key_size // 8  # bytes of a blinded message and of a signature

    @classmethod
    def parse(cls, content: bytes) -> "PublicKey":
        """From the DER form (SubjectPublicKeyInfo), which browsers read too; there is one per key."""
        try:
            key = load_der_public_key(content[: LONGEST_KEY + 1])
        except (ValueError, UnsupportedAlgorithm):
            raise BlindRsaInvalid("this is no public key") from None
        if not isinstance(key, rsa.RSAPublicKey):
            raise BlindRsaInvalid("this is no key for RSA")
        public = cls(key)
        if public.encode() != content:
            raise BlindRsaInvalid("the public key is written in a way of its own")
        return public

    def encode(self) -> bytes:
        return self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def can_sign(self, blinded: bytes) -> bool:
        """Whether a blinded message is a number for this key: 0, 1 and -1 are their own signatures."""
        return len(blinded) == self.size and 1 < int.from_bytes(blinded, "big") < self.n - 1

    def verify(self, prepared: bytes, signature: bytes) -> None:
        """Refused unless the key signed this prepared message (RFC 8017 §8.1.2)."""
        if len(signature) != self.size:
            raise BlindRsaInvalid(f"a signature by this key has {self.size} bytes")
        try:
            self._key.verify(signature, prepared, _PADDING, hashes.SHA384())
        except InvalidSignature:
            raise BlindRsaInvalid("the key did not sign this message") from None


class PrivateKey:
    """What a poll keeps secret until it closes."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())
        numbers = key.private_numbers()
        self._p, self._q = mpz(numbers.p), mpz(numbers.q)
        self._to_p, self._to_q = mpz(numbers.dmp1), mpz(numbers.dmq1)
        self._q_inverse = mpz(numbers.iqmp)
        self._n, self._e = mpz(self.public.n), mpz(EXPONENT)

    @classmethod
    def generate(cls, bits: int = KEY_BITS[0]) -> "PrivateKey":
        if bits not in KEY_BITS:
            raise BlindRsaInvalid("a key has 2048, 3072 or 4096 bits")
        return cls(rsa.generate_private_key(EXPONENT, bits))

    @classmethod
    def parse(cls, content: bytes) -> "PrivateKey":
        """From what `encode` gave; refused when its numbers do not belong together.

        That its factors are primes is not proven again, which would take 40 ms: each signature is checked.
        """
        try:
            key = load_der_private_key(
                content[: LONGEST_KEY + 1], None, unsafe_skip_rsa_key_validation=True
            )
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise BlindRsaInvalid("this is no private key") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise BlindRsaInvalid("this is no key for RSA")
        if not _belong_together(key.private_numbers()):
            raise BlindRsaInvalid("the numbers of this key do not belong together")
        return cls(key)

    def encode(self) -> bytes:
        """The key in the clear (PKCS #8, DER)."""
        return self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def blind_sign(self, blinded: bytes) -> bytes:
        """Sign what cannot be read (RFC 9474 §4.3). The same message has the same signature each time."""
        if len(blinded) != self.public.size:
            raise BlindRsaInvalid(f"a blinded message has {self.public.size} bytes")
        if not self.public.can_sign(blinded):
            raise BlindRsaInvalid("the blinded message is no number that this key can sign")
        message = mpz(int.from_bytes(blinded, "big"))
        chance = mpz(_any_unit(self.public.n))
        mask = powmod(chance, self._e, self._n)
        signature = self._power(message * mask % self._n) * invert(chance, self._n) % self._n
        if powmod(signature, self._e, self._n) != message:
            raise BlindRsaInvalid("the signature came out wrong and is withheld")
        return int(signature).to_bytes(self.public.size, "big")

    def _power(self, masked: mpz) -> mpz:
        """The secret power of a number that chance has masked (RFC 8017 §5.1.2, 2.b)."""
        by_p = powmod_sec(masked % self._p, self._to_p, self._p)
        by_q = powmod_sec(masked % self._q, self._to_q, self._q)
        return by_q + self._q * ((by_p - by_q) * self._q_inverse % self._p)


def _belong_together(key: rsa.RSAPrivateNumbers) -> bool:
    p, q, e = key.p, key.q, key.public_numbers.e
    return (
        1 < p < key.public_numbers.n == p * q
        and e * key.dmp1 % (p - 1) == 1 == e * key.dmq1 % (q - 1)
        and key.iqmp * q % p == 1
    )


def prepare(message: bytes) -> bytes:
    """The message behind bytes of chance, so that no key can be made to mark who asks (RFC 9474 §4.1)."""
    return secrets.token_bytes(PREFIX_BYTES) + message


def blind(
    key: PublicKey, prepared: bytes, *, salt: bytes | None = None, inverse: int | None = None
) -> Blinded:
    """What the server is to sign (RFC 9474 §4.2). `salt` and `inverse` are for published vectors alone."""
    if salt is None:
        salt = secrets.token_bytes(SALT_BYTES)
    if inverse is None:
        inverse = _any_unit(key.n)
    number = int.from_bytes(encode_pss(prepared, key.size, salt), "big")
    if gcd(number, key.n) != 1:
        raise BlindRsaInvalid("the message cannot be blinded for this key")
    factor = pow(pow(inverse, -1, key.n), EXPONENT, key.n)
    return Blinded((number * factor % key.n).to_bytes(key.size, "big"), inverse)


def finalize(key: PublicKey, prepared: bytes, blind_signature: bytes, inverse: int) -> bytes:
    """The signature of the message itself (RFC 9474 §4.4). Refused: a server that did not sign it."""
    if len(blind_signature) != key.size:
        raise BlindRsaInvalid(f"a blind signature by this key has {key.size} bytes")
    number = int.from_bytes(blind_signature, "big") * inverse % key.n
    signature = number.to_bytes(key.size, "big")
    key.verify(prepared, signature)
    return signature


def encode_pss(message: bytes, size: int, salt: bytes) -> bytes:
    """A message as the number to sign (RFC 8017 §9.1.1), one bit shorter than a key of `size` bytes."""
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = (b"\x01" + salt).rjust(size - _HASH_BYTES - 1, b"\x00")
    mask = _mgf1(digest, len(block))
    masked = bytes(one ^ other for one, other in zip(block, mask, strict=True))
    return bytes([masked[0] & 0x7F]) + masked[1:] + digest + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    """RFC 8017 B.2.1 with SHA-384."""
    blocks = range(-(-length // _HASH_BYTES))
    mask = b"".join(hashlib.sha384(seed + at.to_bytes(4, "big")).digest() for at in blocks)
    return mask[:length]


def _any_unit(n: int) -> int:
    """A number with an inverse modulo n, each as likely as any other."""
    while True:
        number = secrets.randbelow(n)
        if gcd(number, n) == 1:
            return number
