"""What a person wants opened when they read: kept under the names that apps know it by."""

from typing import Any

from parvis.domain.access.types import Reading

WARNINGS = "reading:expand:spoilers"
MEDIA = "reading:expand:media"
AUTOPLAY = "reading:autoplay:gifs"


def read_reading(preferences: dict[str, Any]) -> Reading:
    media = preferences.get(MEDIA, "default")
    return Reading(
        bool(preferences.get(WARNINGS, False)),
        media if media in {"show_all", "hide_all"} else "default",
        bool(preferences.get(AUTOPLAY, False)),
    )


def write_reading(reading: Reading) -> dict[str, Any]:
    return {WARNINGS: reading.expands_warnings, MEDIA: reading.media, AUTOPLAY: reading.autoplays}
