"""What apps can subscribe to: names and parameters as they write them, and who may."""

from collections.abc import Mapping

import msgspec

from parvis.domain.access.types import Login
from parvis.domain.errors import Forbidden, Invalid, Unauthenticated
from parvis.doors.streams.channels import Channel, Name, need_list
from parvis.infra.postgres import Db
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.oauth import covers
from parvis.protocols.text import normalise_hashtag

# Any of these scopes opens the stream; `user` then tells what each of the two allows.
SCOPES: dict[Name, tuple[str, ...]] = {
    "user": ("read:statuses", "read:notifications"),
    "user:notification": ("read:notifications",),
    "public": ("read:statuses",),
    "public:media": ("read:statuses",),
    "public:local": ("read:statuses",),
    "public:local:media": ("read:statuses",),
    "public:remote": ("read:statuses",),
    "public:remote:media": ("read:statuses",),
    "hashtag": ("read:statuses",),
    "hashtag:local": ("read:statuses",),
    "list": ("read:statuses",),
    "direct": ("read:statuses",),
}
SSE_PATHS: dict[str, Name] = {
    "user": "user",
    "user/notification": "user:notification",
    "public": "public",
    "public/local": "public:local",
    "public/remote": "public:remote",
    "hashtag": "hashtag",
    "hashtag/local": "hashtag:local",
    "list": "list",
    "direct": "direct",
}
TAG_LONGEST = 200


async def open_channel(
    db: Db, login: Login | None, name: str, params: Mapping[str, object]
) -> Channel:
    """The channel somebody asks for; refused when it is unknown or not theirs."""
    if login is None:
        raise Unauthenticated("This method requires an authenticated user")
    if name not in SCOPES:
        raise Invalid("stream", "Unknown stream type")
    if not covers(login.scopes, *SCOPES[name]):
        raise Forbidden("Access token does not have the required scopes", reason="scope")
    if name in ("hashtag", "hashtag:local"):
        tag = params.get("tag")
        if not isinstance(tag, str) or not tag.strip("# ") or len(tag) > TAG_LONGEST:
            raise Invalid("tag", "Missing tag name parameter")
        if "\0" in tag:
            raise Invalid("tag", "The tag contains a NUL character")
        return Channel(name, normalise_hashtag(tag.lstrip("#")), _label(name, tag))
    if name == "list":
        return await _open_list(db, login, params.get("list"))
    of_account = name in ("user", "user:notification", "direct")
    return Channel(name, login.account_id if of_account else 0, _label(name))


async def _open_list(db: Db, login: Login, given: object) -> Channel:
    try:
        list_id = parse_id(str(given))
    except IdInvalid:
        raise Invalid("list", "Missing list name parameter") from None
    await need_list(db, login.account_id, list_id)
    return Channel("list", list_id, _label("list", str(list_id)))


def _label(*parts: str) -> str:
    return msgspec.json.encode(parts).decode()
