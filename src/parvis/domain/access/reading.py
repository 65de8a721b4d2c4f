"""What a person wants opened when they read, kept under the names that apps know it by; and whose calls
they take.
"""

from typing import Any

import msgspec

from parvis.domain.access.types import Answering, Reading

WARNINGS = "reading:expand:spoilers"
MEDIA = "reading:expand:media"
AUTOPLAY = "reading:autoplay:gifs"
CALLS_FROM = "calls:from"  # domain/calls/sql/_callable.sql reads it
CALLS_RELAYED = "calls:relayed"


def read_reading(preferences: dict[str, Any]) -> Reading:
    media = preferences.get(MEDIA, "default")
    return Reading(
        bool(preferences.get(WARNINGS, False)),
        media if media in {"show_all", "hide_all"} else "default",
        bool(preferences.get(AUTOPLAY, False)),
    )


def write_reading(reading: Reading) -> dict[str, Any]:
    return {WARNINGS: reading.expands_warnings, MEDIA: reading.media, AUTOPLAY: reading.autoplays}


def read_answering(preferences: dict[str, Any]) -> Answering:
    wanted = {
        "takes_from": preferences.get(CALLS_FROM, "mutuals"),
        "is_relayed": preferences.get(CALLS_RELAYED, False),
    }
    return msgspec.convert(wanted, Answering)


def write_answering(answering: Answering) -> dict[str, Any]:
    return {CALLS_FROM: answering.takes_from, CALLS_RELAYED: answering.is_relayed}
