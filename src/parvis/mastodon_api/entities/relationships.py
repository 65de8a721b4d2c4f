"""Relationship as the API shows it."""

import msgspec

from parvis.domain.relationships.types import Relationship
from parvis.protocols.timestamps import iso


class RelationshipEntity(msgspec.Struct):
    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[str] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


def relationship_entity(one: Relationship) -> RelationshipEntity:
    return RelationshipEntity(
        id=str(one.target_id),
        following=one.is_following,
        showing_reblogs=one.shows_reblogs,
        notifying=one.notifies,
        languages=one.languages,
        followed_by=one.is_followed_by,
        blocking=one.is_blocking,
        blocked_by=one.is_blocked_by,
        muting=one.is_muting,
        muting_notifications=one.mutes_notifications,
        muting_expires_at=iso(one.mute_expires_at) if one.mute_expires_at else None,
        requested=one.is_requested,
        requested_by=one.is_requested_by,
        domain_blocking=one.is_domain_blocking,
        endorsed=one.is_endorsed,
        note=one.note,
    )
