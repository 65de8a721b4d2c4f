"""Tag as the API shows it, with the public uses of its last seven days."""

from datetime import UTC, datetime, time

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.search.tags import FoundTag


class TagHistory(msgspec.Struct):
    day: str  # seconds since 1970
    uses: str
    accounts: str


class Tag(msgspec.Struct, omit_defaults=True):
    id: str
    name: str
    url: str
    history: list[TagHistory]
    following: bool | msgspec.UnsetType = msgspec.UNSET  # unset: nobody is logged in
    featuring: bool | msgspec.UnsetType = msgspec.UNSET


def tag_entity(found: FoundTag, viewer_id: int, addresses: Addresses) -> Tag:
    history = [
        TagHistory(
            str(int(datetime.combine(one.day, time.min, UTC).timestamp())),
            str(one.uses),
            str(one.accounts),
        )
        for one in found.history
    ]
    return Tag(
        str(found.id),
        found.display_name,
        addresses.tag_url(found.name),
        history,
        found.is_followed if viewer_id else msgspec.UNSET,
        found.is_featured if viewer_id else msgspec.UNSET,
    )
