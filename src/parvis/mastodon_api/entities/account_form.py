"""Profile as the API shows it (Mastodon 4.6): one's own account as a form fills it in."""

import msgspec

from parvis.domain.accounts.lookup import Credentials
from parvis.domain.accounts.types import AccountRow
from parvis.domain.addresses import Addresses
from parvis.mastodon_api.entities.accounts import FieldEntity, picture
from parvis.protocols.timestamps import iso


class Profile(msgspec.Struct):
    id: str
    display_name: str
    note: str  # as written
    fields: list[FieldEntity]
    avatar: str | None  # None: the default picture
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool
    discoverable: bool
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]


def account_form(account: AccountRow, own: Credentials, addresses: Addresses) -> Profile:
    avatar, avatar_static, avatar_description = picture(account.avatar, "", addresses)
    header, header_static, header_description = picture(account.header, "", addresses)
    kept = own.preferences
    return Profile(
        id=str(account.id),
        display_name=account.display_name,
        note=account.note,
        fields=[
            FieldEntity(
                field.name, field.value, iso(field.verified_at) if field.verified_at else None
            )
            for field in account.fields
        ],
        avatar=avatar if account.avatar else None,
        avatar_static=avatar_static if account.avatar else None,
        avatar_description=avatar_description,
        header=header if account.header else None,
        header_static=header_static if account.header else None,
        header_description=header_description,
        locked=account.is_locked,
        bot=account.is_bot,
        hide_collections=account.hides_collections,
        discoverable=account.is_discoverable,
        indexable=account.is_indexable,
        show_media=bool(kept.get("show_media", True)),
        show_media_replies=bool(kept.get("show_media_replies", True)),
        show_featured=bool(kept.get("show_featured", True)),
        attribution_domains=list(kept.get("attribution_domains", ())),
    )
