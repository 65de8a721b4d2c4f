"""Texts beside a log: each is what a salted hash in an entry stands for, or was erased."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from parvis_verify.auditing import Audit
from parvis_verify.ballots import is_opening
from parvis_verify.sources import Erased, Missing


@dataclass(frozen=True)
class Text:
    """`text` None: erased, or not there."""

    text: str | None
    is_erased: bool = False


def read(at: Audit, hashed: str) -> Text:
    """A text lies beside the log in which it was said first, or beside that one's successor."""
    for part in at.parts:
        try:
            return _judge(at, hashed, at.source.read(f"{part.place.log}/openings/{hashed}"))
        except Erased:
            return Text(None, is_erased=True)
        except Missing:
            continue
    return Text(None)


def _judge(at: Audit, hashed: str, content: bytes) -> Text:
    try:
        said = cast("dict[str, str]", json.loads(content))
        salt, text = str(said["salt"]), str(said["text"])
    except (ValueError, KeyError, TypeError):
        salt = text = ""
    if not is_opening(hashed, salt, text):
        at.verdict.wrong("text-wrong", text=text, hash=hashed)
        return Text(None)
    return Text(text)


def tell(at: Audit, found: Sequence[Text]) -> None:
    erased = sum(one.is_erased for one in found)
    missing = sum(one.text is None and not one.is_erased for one in found)
    if erased:
        at.verdict.tell("texts-erased", number=erased)
    if missing:
        at.verdict.tell("texts-missing", number=missing)
