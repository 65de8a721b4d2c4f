"""What the network says of itself, made fit to keep: the same for pages and the command line."""

import re
from typing import Any

from parvis.domain.errors import Fault, Invalid
from parvis.domain.words import clean
from parvis.protocols.languages import LanguageInvalid, parse_language

# The first is what fits beside the mark; the others are Mastodon's.
LONGEST = {
    "title": 60,
    "short_description": 500,
    "description": 60_000,
    "registrations_message": 1_000,
    "contact_email": 254,
}
LABELS = {
    "title": "Title",
    "short_description": "Summary",
    "description": "Description",
    "registrations_message": "Message",
    "contact_email": "Contact e-mail",
    "languages": "Languages",
}
LANGUAGES_MOST = 50
_ADDRESS = re.compile(r"[^@\s\"'<>(),;:\\\[\]]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def check(values: dict[str, Any]) -> dict[str, Any]:
    """Words cleaned and languages by their codes; refused with every fault at once."""
    faults: list[Fault] = []
    checked = dict(values)
    for name, value in values.items():
        try:
            checked[name] = _check_one(name, value)
        except Invalid as refused:
            faults += refused.faults
    if faults:
        sentences = [fault.description.removeprefix("Validation failed: ") for fault in faults]
        refused = Invalid(faults[0].field, "Validation failed: " + ", ".join(sentences))
        refused.faults = tuple(faults)
        raise refused
    return checked


def _check_one(name: str, value: Any) -> Any:
    if name == "languages":
        return _languages(value)
    if name not in LONGEST:
        return value
    text = clean(value, name, LONGEST[name] * 4).strip()
    if len(text) > LONGEST[name]:
        raise Invalid(
            name,
            f"Validation failed: {LABELS[name]} is too long (maximum is {LONGEST[name]} characters)",
            reason="ERR_TOO_LONG",
        )
    if name == "title" and not text:
        raise Invalid("title", "Validation failed: Title can't be blank", reason="ERR_BLANK")
    if name == "contact_email" and text and not _ADDRESS.fullmatch(text):
        raise Invalid("contact_email", "Validation failed: Contact e-mail is invalid")
    return text


def _languages(codes: list[str]) -> list[str]:
    try:
        kept = list(dict.fromkeys(parse_language(code) for code in codes if code.strip()))
    except LanguageInvalid as wrong:
        raise Invalid("languages", f"Validation failed: {wrong}") from None
    if not kept or len(kept) > LANGUAGES_MOST:
        raise Invalid(
            "languages", f"Validation failed: name 1 to {LANGUAGES_MOST} languages, such as fr, en"
        )
    return kept
