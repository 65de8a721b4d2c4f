"""What the network looks like: its accent colour, its logo, the picture at its front."""

import secrets
from typing import Any

import msgspec

from parvis.domain import pictures
from parvis.domain.errors import Invalid
from parvis.domain.network import settings
from parvis.domain.network.settings import Logo, NetworkSettings
from parvis.domain.pictures import MIB
from parvis.domain.words import clean
from parvis.infra import jobs
from parvis.infra.images import Wanted
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.protocols.colours import ColourInvalid, parse_colour

MAX_BYTES = 8 * MIB
MAX_DESCRIPTION = 1_500
SAFE_ZONE = (
    0.12  # systems cut icons to a circle of four fifths (W3C, Web Application Manifest §9.1)
)
# PNG throughout: browsers install no network whose icon is a photograph's JPEG.
LOGO = (
    Wanted("large", cover=(512, 512), is_icon=True),
    Wanted("icon", cover=(192, 192), is_icon=True),
    Wanted("maskable", cover=(512, 512), is_icon=True, margin=SAFE_ZONE),
    Wanted("mark", cover=(96, 96), is_icon=True),
)
HEADER = Wanted("header", cover=(1200, 630))  # what cards of links show (OpenGraph)
KEPT_S = 86_400  # pages that are kept somewhere name the old files for a while


async def draw_logo(means: Means, content: bytes) -> Logo:
    """Check a logo and store it in every size; before the transaction that puts it to use."""
    kind = pictures.check("logo", content, len(content), MAX_BYTES)
    made = await pictures.make_at_once(means, "logo", kind, content, *LOGO)
    secret = secrets.token_urlsafe(32)
    keys: dict[str, str] = {}
    for name, picture in made.pictures.items():
        keys[name] = pictures.new_key("network", name, picture.extension, secret)
        await means.storage.put(keys[name], picture.content, picture.content_type)
    return Logo(**keys)


async def draw_header(means: Means, content: bytes) -> str:
    """Check the picture of the front and store it; answers its key."""
    kind = pictures.check("header", content, len(content), MAX_BYTES)
    made = await pictures.make_at_once(means, "header", kind, content, HEADER)
    picture = made.pictures["header"]
    key = pictures.new_key("network", "header", picture.extension)
    await means.storage.put(key, picture.content, picture.content_type)
    return key


def check_accent(text: str) -> str:
    """A colour as `#rrggbb`; "" for Parvis's own."""
    if not text.strip():
        return ""
    try:
        return parse_colour(text)
    except ColourInvalid as wrong:
        raise Invalid("accent", f"Validation failed: Accent {wrong}") from None


def check_description(text: str) -> str:
    return clean(text, "thumbnail_description", MAX_DESCRIPTION).strip()


async def change_look(tx: Tx, old: NetworkSettings, **values: Any) -> None:
    """Keep a new look; the files it no longer needs go a day later. At most two statements."""
    await settings.change(
        tx,
        **{
            name: msgspec.to_builtins(one) if isinstance(one, Logo) else one
            for name, one in values.items()
        },
    )
    gone: list[str] = []
    if "logo" in values and old.logo is not None:
        gone += [key for key in msgspec.structs.astuple(old.logo) if key]
    if "thumbnail" in values and old.thumbnail is not None:
        gone.append(old.thumbnail)
    if gone:
        await jobs.enqueue(tx, "remove_files", {"keys": gone}, delay_s=KEPT_S)
