"""A voter in a secret ballot: what our page does in the browser, for tests that need none."""

import base64
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.rig.network import Answer, Network, Person

from parvis.protocols import blind_rsa, secret_ballots
from parvis.protocols.blind_rsa import PublicKey
from parvis.protocols.secret_ballots import Signed


class SecretVoter:
    """`public` is the poll's key, as its manifest shows it."""

    def __init__(self, network: Network, poll_id: str, public: PublicKey) -> None:
        self.network = network
        self.poll_id = poll_id
        self.public = public
        self._own = ec.generate_private_key(ec.SECP256R1())
        point = self._own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.key = point
        self.prefix = blind_rsa.prepare(b"")
        self.blinded = blind_rsa.blind(public, self.message)
        self.signature = b""

    @property
    def message(self) -> bytes:
        return secret_ballots.token_message(self.prefix, self.key)

    async def ask(self, person: Person) -> Answer:
        """Ask for the token; keeps it when it comes."""
        asked = {"blinded": base64.b64encode(self.blinded.message).decode()}
        answer = await person.post(f"/api/v1/polls/{self.poll_id}/token", asked)
        if answer.status == 200:
            signed = base64.b64decode(answer.json["signature"])
            self.signature = blind_rsa.finalize(
                self.public, self.message, signed, self.blinded.inverse
            )
        return answer

    def ballot(self, *choices: int, turn: int = 1) -> Signed:
        said = secret_ballots.ballot_message(
            secret_ballots.name_of(self.public), turn, list(choices)
        )
        r, s = decode_dss_signature(self._own.sign(said, ec.ECDSA(SHA256())))
        proof = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return Signed(self.key, self.prefix, self.signature, turn, list(choices), proof)

    async def cast(self, ballot: Signed, **how: Any) -> Answer:
        path = f"/polls/{how.pop('poll_id', self.poll_id)}/ballots"
        return await self.network.anyone.call("POST", path, data=msgspec.json.encode(ballot), **how)


async def key_of(network: Network, poll_id: str) -> PublicKey:
    """The poll's public key."""
    row = await network.db.fetchrow(
        "select public from ballot_keys where poll_id = $1", int(poll_id)
    )
    return PublicKey.parse(row["public"])
