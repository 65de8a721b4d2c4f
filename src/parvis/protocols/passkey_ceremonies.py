"""The ceremonies of passkeys (WebAuthn level 2 §7): what a browser is asked, and what its answer proves.

Every passkey here is discoverable and verifies its person (a finger, a face, a PIN), so that one
is two factors in itself. Attestation is not asked: which maker's key somebody holds is their own
affair. Importing this takes most of a second: whoever needs it imports it late.
"""

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from parvis.protocols.passkeys import Known, PasskeyInvalid, Site, read_answer

TIMEOUT_MS = 300_000  # WebAuthn §15.1 recommends 5 to 10 minutes where a person is verified
TRANSPORTS = {one.value: one for one in AuthenticatorTransport}
WRONG = (WebAuthnException, ValueError, TypeError, KeyError)


def ask_for_new(site: Site, name: str, handle: bytes, challenge: bytes, known: list[Known]) -> str:
    """Options for `navigator.credentials.create`, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.title,
        user_id=handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return webauthn.options_to_json(options)


def ask_for_proof(site: Site, challenge: bytes, known: list[Known]) -> str:
    """Options for `navigator.credentials.get`, as JSON; none known: whichever the person has here."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def _described(known: list[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[TRANSPORTS[name] for name in one.transports if name in TRANSPORTS],
        )
        for one in known
    ]


def check_new(site: Site, text: str, challenge: bytes) -> Known:
    """The passkey that a browser made. Refused with PasskeyInvalid."""
    answer = read_answer(text)
    try:
        made = webauthn.verify_registration_response(
            credential=text,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except WRONG as wrong:
        raise PasskeyInvalid(str(wrong)) from wrong
    said = [name for name in answer.response.transports if name in TRANSPORTS]
    return Known(made.credential_id, made.credential_public_key, made.sign_count, said)


def check_proof(site: Site, text: str, challenge: bytes, known: Known) -> int:
    """The passkey's new count of signatures. Refused with PasskeyInvalid: also when the count went
    back, which a copy of the key would do (WebAuthn §6.1.1).
    """
    try:
        proved = webauthn.verify_authentication_response(
            credential=text,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except WRONG as wrong:
        raise PasskeyInvalid(str(wrong)) from wrong
    return proved.new_sign_count
