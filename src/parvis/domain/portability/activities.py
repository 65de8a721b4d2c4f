"""What somebody wrote, as ActivityPub says it: the words of an archive."""

from typing import Any

import msgspec

from parvis.domain.drafts.types import Written
from parvis.protocols.timestamps import iso

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {
        "toot": "http://joinmastodon.org/ns#",
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "blurhash": "toot:blurhash",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "PropertyValue": "http://schema.org#PropertyValue",
        "value": "http://schema.org#value",
    },
]


class Kept(msgspec.Struct, frozen=True):
    """A file of storage and its place in the archive."""

    key: str
    path: str


def actor(row: Any, pictures: dict[str, Kept], tags: dict[str, str]) -> dict[str, Any]:
    """The account. `pictures` are its avatar and header; `tags` the files beside it."""
    named = {"avatar": "icon", "header": "image"}
    return {
        "@context": CONTEXT,
        "id": row["uri"],
        "type": "Service" if row["is_bot"] else "Person",
        "preferredUsername": row["username"],
        "name": row["display_name"],
        "summary": row["note_html"],
        "url": row["url"],
        "published": iso(row["created_at"]),
        "manuallyApprovesFollowers": row["is_locked"],
        "discoverable": row["is_discoverable"],
        "indexable": row["is_indexable"],
        "attachment": [
            {"type": "PropertyValue", "name": one["name"], "value": one["html"]}
            for one in row["fields"]
        ],
        **{named[part]: {"type": "Image", "url": kept.path} for part, kept in pictures.items()},
        **tags,
    }


def activity(row: Any, me: str, tag_url: Any, files: list[Kept]) -> dict[str, Any]:
    """A status or a reblog. `files` are its pictures, in order."""
    mentions = msgspec.json.decode(row["mentions"])
    to, cc = _audience(row["visibility"], f"{me}/followers", [one["uri"] for one in mentions])
    said = {"actor": me, "published": iso(row["created_at"]), "to": to, "cc": cc}
    if row["reblog_of"] is not None:
        return {"id": row["uri"], "type": "Announce", **said, "object": row["reblog_of"]}
    return {
        "id": f"{row['uri']}/activity",
        "type": "Create",
        **said,
        "object": _note(row, me, tag_url, files) | {"to": to, "cc": cc},
    }


def _note(row: Any, me: str, tag_url: Any, files: list[Kept]) -> dict[str, Any]:
    mentions = msgspec.json.decode(row["mentions"])
    media = msgspec.json.decode(row["media"])
    language = row["language"]
    note: dict[str, Any] = {
        "id": row["uri"],
        "type": "Note",
        "summary": row["spoiler_text"] or None,
        "inReplyTo": row["in_reply_to"] or None,
        "published": iso(row["created_at"]),
        "url": row["url"],
        "attributedTo": me,
        "sensitive": row["is_sensitive"],
        "content": row["content"],
        "source": {"content": row["text"], "mediaType": "text/plain"},
        "attachment": [_document(one, kept) for one, kept in zip(media, files, strict=True)],
        "tag": [
            *(
                {"type": "Mention", "href": one["uri"], "name": f"@{one['acct']}"}
                for one in mentions
            ),
            *(
                {"type": "Hashtag", "href": tag_url(name), "name": f"#{name}"}
                for name in row["tags"]
            ),
        ],
    }
    if language:
        note["contentMap"] = {language: row["content"]}
    if row["edited_at"] is not None:
        note["updated"] = iso(row["edited_at"])
    return note | (_question(msgspec.json.decode(row["poll"])) if row["poll"] else {})


def _document(one: dict[str, Any], kept: Kept) -> dict[str, Any]:
    meta: dict[str, Any] = one["meta"] or {}
    size: dict[str, Any] = meta.get("original") or {}
    return {
        "type": "Document",
        "mediaType": one["content_type"],
        "url": kept.path,
        "name": one["description"],
        "blurhash": one["blurhash"],
        "width": size.get("width"),
        "height": size.get("height"),
    }


def _question(poll: dict[str, Any]) -> dict[str, Any]:
    options = [{"type": "Note", "name": title} for title in poll["options"]]
    return {
        "type": "Question",
        "anyOf" if poll["is_multiple"] else "oneOf": options,
        "endTime": poll["expires_at"],
    }


def _audience(visibility: str, followers: str, named: list[str]) -> tuple[list[str], list[str]]:
    match visibility:
        case "public":
            return [PUBLIC], [followers, *named]
        case "unlisted":
            return [followers], [PUBLIC, *named]
        case "private":
            return [followers], named
        case _:
            return named, []


def draft(row: Any, files: list[Kept]) -> dict[str, Any]:
    """What somebody is writing. No ActivityPub has words for it: these are the composer's."""
    written = msgspec.convert(row["written"], Written)
    said = {one.id: one for one in written.media}
    pictures = [
        {
            "url": kept.path,
            "mediaType": one["content_type"],
            "description": said[one["id"]].description,
            "focus": said[one["id"]].focus,
        }
        for one, kept in zip(msgspec.json.decode(row["media"]), files, strict=True)
        if one["id"] in said
    ]
    return {
        "updated": iso(row["updated_at"]),
        "inReplyTo": row["in_reply_to"] or None,
        "changes": row["changes"] or None,
        "text": written.text,
        "summary": written.spoiler_text,
        "visibility": written.visibility,
        "language": written.language or None,
        "sensitive": written.is_sensitive,
        "poll": written.poll,
        "attachment": pictures,
    }


def collection(id_: str, total: int) -> tuple[bytes, bytes]:
    """An ordered collection, in two halves: its members come between them, commas between."""
    whole = {
        "@context": CONTEXT,
        "id": id_,
        "type": "OrderedCollection",
        "totalItems": total,
        "orderedItems": [],
    }
    return msgspec.json.encode(whole)[:-2], b"]}"
