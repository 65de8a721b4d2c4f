"""How the sweep aims at each route of the API: what it asks, with which ids and words.

A template names pools of the world in braces: {status} stands for every status there is, {thread} for two of
each audience, one call each.
A route is either looked at (safe methods), touched (unsafe ones, aimed only at what the viewer may not
see), or left aside with the reason why nothing private can come of it.
"""

from typing import Any

Looks = tuple[str, ...]
Touches = tuple[tuple[str, Any], ...]

# Words that find what Alice wrote: all of it, or only the secret of one visibility.
SOUGHT = ("text", "tagzq", "picture", "from:alice", "{word}", "%23tag{word}", "{url}")
KINDS = ("", "&account_id={alice}")
TIMELINE = (
    "",
    "?limit=40",
    "?only_media=true",
    "?local=true",
    "?max_id={cursor}",
    "?min_id={cursor}",
)


def each(path: str, *queries: str) -> Looks:
    return tuple(path + query for query in queries or ("",))


_SEARCH = tuple(f"?q={words}{kind}" for words in SOUGHT for kind in KINDS)
_STATUSES = "/api/v1/statuses/{status}"

LOOKS: dict[str, Looks] = {
    f"GET {path}": looks
    for path, looks in {
        "/api/v1/accounts/verify_credentials": each("/api/v1/accounts/verify_credentials"),
        "/api/v1/preferences": each("/api/v1/preferences"),
        "/api/v1/accounts/{id}": each("/api/v1/accounts/{account}"),
        "/api/v1/accounts": each("/api/v1/accounts?id[]={account}"),
        "/api/v1/accounts/lookup": each("/api/v1/accounts/lookup?acct=alice"),
        "/api/v1/accounts/search": each("/api/v1/accounts/search", "?q=alice", "?q={word}"),
        "/api/v1/directory": each("/api/v1/directory", "", "?order=new", "?local=true"),
        "/api/v1/accounts/{id}/followers": each("/api/v1/accounts/{account}/followers"),
        "/api/v1/accounts/{id}/following": each("/api/v1/accounts/{account}/following"),
        "/api/v1/accounts/{id}/endorsements": each("/api/v1/accounts/{account}/endorsements"),
        "/api/v1/endorsements": each("/api/v1/endorsements"),
        "/api/v1/accounts/familiar_followers": each(
            "/api/v1/accounts/familiar_followers?id[]={account}"
        ),
        "/api/v1/admin/accounts": each("/api/v1/admin/accounts", "", "?username=alice"),
        "/api/v2/admin/accounts": each("/api/v2/admin/accounts", "", "?username=alice"),
        "/api/v1/admin/accounts/{id}": each("/api/v1/admin/accounts/{account}"),
        "/api/v1/admin/reports": each("/api/v1/admin/reports", "", "?resolved=true"),
        "/api/v1/admin/reports/{id}": each("/api/v1/admin/reports/{report}"),
        "/api/v1/apps/verify_credentials": each("/api/v1/apps/verify_credentials"),
        "/api/v1/conversations": each("/api/v1/conversations"),
        "/api/v1/profile": each("/api/v1/profile"),
        "/api/v1/custom_emojis": each("/api/v1/custom_emojis"),
        "/api/v1/instance": each("/api/v1/instance"),
        "/api/v2/instance": each("/api/v2/instance"),
        "/api/v1/instance/rules": each("/api/v1/instance/rules"),
        "/api/v1/instance/peers": each("/api/v1/instance/peers"),
        "/api/v1/instance/activity": each("/api/v1/instance/activity"),
        "/api/v1/instance/domain_blocks": each("/api/v1/instance/domain_blocks"),
        "/api/v1/instance/extended_description": each("/api/v1/instance/extended_description"),
        "/api/v1/instance/privacy_policy": each("/api/v1/instance/privacy_policy"),
        "/api/v1/instance/terms_of_service": each("/api/v1/instance/terms_of_service"),
        "/api/v1/instance/translation_languages": each("/api/v1/instance/translation_languages"),
        "/api/v1/announcements": each("/api/v1/announcements"),
        "/api/v1/favourites": each("/api/v1/favourites?limit=40"),
        "/api/v1/bookmarks": each("/api/v1/bookmarks?limit=40"),
        "/api/v1/statuses/{id}/favourited_by": each("/api/v1/statuses/{thread}/favourited_by"),
        "/api/v1/statuses/{id}/reblogged_by": each("/api/v1/statuses/{thread}/reblogged_by"),
        "/api/v1/lists": each("/api/v1/lists"),
        "/api/v1/lists/{id}": each("/api/v1/lists/{list}"),
        "/api/v1/lists/{id}/accounts": each("/api/v1/lists/{list}/accounts"),
        "/api/v1/accounts/{id}/lists": each("/api/v1/accounts/{account}/lists"),
        "/api/v1/timelines/list/{id}": each("/api/v1/timelines/list/{list}", "", "?limit=40"),
        "/api/v1/markers": each("/api/v1/markers?timeline[]=home&timeline[]=notifications"),
        "/api/v1/media/{id}": each("/api/v1/media/{media}"),
        "/api/v1/notifications": each(
            "/api/v1/notifications?limit=80", "", "&types[]=mention", "&account_id={account}"
        ),
        "/api/v1/notifications/unread_count": each("/api/v1/notifications/unread_count"),
        "/api/v1/notifications/{id}": each("/api/v1/notifications/{notification}"),
        "/oauth/userinfo": each("/oauth/userinfo"),
        "/.well-known/oauth-authorization-server": each("/.well-known/oauth-authorization-server"),
        "/api/v1/polls/{id}": each("/api/v1/polls/{poll}"),
        "/api/v1/emails/check_confirmation": each("/api/v1/emails/check_confirmation"),
        "/api/v1/accounts/relationships": each("/api/v1/accounts/relationships?id[]={account}"),
        "/api/v1/follow_requests": each("/api/v1/follow_requests"),
        "/api/v1/blocks": each("/api/v1/blocks"),
        "/api/v1/mutes": each("/api/v1/mutes"),
        "/api/v1/domain_blocks": each("/api/v1/domain_blocks"),
        "/api/v2/search": each("/api/v2/search", *_SEARCH),
        "/api/v1/search": each("/api/v1/search", *_SEARCH[:6]),
        "/api/v1/statuses": each("/api/v1/statuses?id[]={thread}"),
        "/api/v1/statuses/{id}": each(_STATUSES),
        "/api/v1/statuses/{id}/context": each("/api/v1/statuses/{thread}/context"),
        "/api/v1/statuses/{id}/history": each("/api/v1/statuses/{thread}/history"),
        "/api/v1/statuses/{id}/source": each("/api/v1/statuses/{thread}/source"),
        "/api/v1/suggestions": each("/api/v1/suggestions"),
        "/api/v2/suggestions": each("/api/v2/suggestions"),
        "/api/v1/tags/{name}": each("/api/v1/tags/", "tag{word}", "shared"),
        "/api/v1/followed_tags": each("/api/v1/followed_tags"),
        "/api/v1/accounts/{id}/featured_tags": each("/api/v1/accounts/{account}/featured_tags"),
        "/api/v1/featured_tags": each("/api/v1/featured_tags"),
        "/api/v1/featured_tags/suggestions": each("/api/v1/featured_tags/suggestions"),
        "/api/v1/timelines/home": each("/api/v1/timelines/home", *TIMELINE),
        "/api/v1/timelines/public": each("/api/v1/timelines/public", *TIMELINE),
        "/api/v1/timelines/tag/{hashtag}": (
            *each(
                "/api/v1/timelines/tag/shared", *TIMELINE, "?any[]=tag{word}", "?all[]=tag{word}"
            ),
            "/api/v1/timelines/tag/tag{word}",
        ),
        "/api/v1/accounts/{id}/statuses": each(
            "/api/v1/accounts/{alice}/statuses",
            *("?limit=40", "?pinned=true", "?only_media=true", "?exclude_replies=true"),
            *("?exclude_reblogs=true", "?tagged=shared", "?tagged=tag{word}"),
            *("?limit=1&max_id={cursor}", "?limit=1&min_id={cursor}", "?limit=1&since_id={cursor}"),
        ),
        "/api/v1/timelines/direct": each("/api/v1/timelines/direct"),
        "/api/v1/scheduled_statuses": each("/api/v1/scheduled_statuses"),
        "/api/v1/trends/tags": each("/api/v1/trends/tags"),
        "/api/v1/trends": each("/api/v1/trends"),
        "/api/v1/trends/statuses": each("/api/v1/trends/statuses"),
        "/api/v1/trends/links": each("/api/v1/trends/links"),
        "/.well-known/webfinger": each(
            "/.well-known/webfinger?resource=acct:alice@{host}", "", "&rel=self"
        ),
        "/.well-known/host-meta": each("/.well-known/host-meta"),
        "/.well-known/nodeinfo": each("/.well-known/nodeinfo"),
        "/nodeinfo/2.0": each("/nodeinfo/2.0"),
        "/nodeinfo/2.1": each("/nodeinfo/2.1"),
        "/health": each("/health"),
        "/api/openapi.json": each("/api/openapi.json"),
        "/api/oembed": each("/api/oembed?url={url}"),
    }.items()
}

_MARKS = (
    *("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark"),
    *("pin", "unpin", "mute", "unmute"),
)

TOUCHES: dict[str, Touches] = {
    **{
        f"POST /api/v1/statuses/{{id}}/{mark}": ((f"/api/v1/statuses/{{thread}}/{mark}", None),)
        for mark in _MARKS
    },
    "POST /api/v1/statuses": (
        ("/api/v1/statuses", {"status": "an answer", "in_reply_to_id": "{thread}"}),
        ("/api/v1/statuses", {"status": "a picture", "media_ids": ["{media}"]}),
    ),
    "PUT /api/v1/statuses/{id}": ((_STATUSES, {"status": "mine now"}),),
    "DELETE /api/v1/statuses/{id}": ((_STATUSES, None),),
    "PUT /api/v1/media/{id}": (("/api/v1/media/{media}", {"description": "mine now"}),),
    "DELETE /api/v1/media/{id}": (("/api/v1/media/{media}", None),),
    "POST /api/v1/polls/{id}/votes": (("/api/v1/polls/{poll}/votes", {"choices": [1]}),),
    "POST /api/v1/polls/{id}/close": (("/api/v1/polls/{poll}/close", None),),
    "POST /api/v1/polls/{id}/token": (("/api/v1/polls/{poll}/token", {"blinded": "AAAA"}),),
    "DELETE /api/v1/conversations/{id}": (("/api/v1/conversations/{conversation}", None),),
    "POST /api/v1/conversations/{id}/read": (("/api/v1/conversations/{conversation}/read", None),),
    "POST /api/v1/conversations/{id}/unread": (
        ("/api/v1/conversations/{conversation}/unread", None),
    ),
    "PUT /api/v1/lists/{id}": (("/api/v1/lists/{list}", {"title": "mine now"}),),
    "DELETE /api/v1/lists/{id}": (("/api/v1/lists/{list}", None),),
    "POST /api/v1/lists/{id}/accounts": (
        ("/api/v1/lists/{list}/accounts", {"account_ids": ["{alice}"]}),
    ),
    "DELETE /api/v1/lists/{id}/accounts": (
        ("/api/v1/lists/{list}/accounts", {"account_ids": ["{alice}"]}),
    ),
    "POST /api/v1/reports": (
        ("/api/v1/reports", {"account_id": "{alice}", "status_ids": ["{status}"]}),
    ),
}

ABOUT_ACCOUNTS = "acts on an account and answers a relationship"
OWN = "changes and answers what is the caller's own"
STAFF = "acts on accounts and reports; the entities it answers are looked at by GET"
SECRETS = "takes secrets of its own and answers tokens, not statuses"
TAGS = "answers a hashtag, which is looked at by GET"

PETITION = (
    "a petition is seen by who sees the message that announces it: tests/api/test_petitions.py"
)
ASIDE: dict[str, str] = {
    **{
        f"{how} /api/v1/petitions{rest}": PETITION
        for how, rest in (
            *(("GET", ""), ("GET", "/{id}"), ("POST", "/{id}/sign")),
            *(("POST", "/{id}/withdraw"), ("GET", "/{id}/receipt")),
        )
    },
    "GET /api/v1/polls/{id}/invitations": "an author's own; test_rich_polls",
    "POST /api/v1/poll_invitations/{code}": "takes a secret; test_rich_polls",
    "GET /api/v1/polls/{id}/receipt": "one's own ballot; test_poll_logs looks who may see the log",
    **{
        f"POST /api/v1/admin/accounts/{{id}}/{act}": STAFF
        for act in (
            "approve",
            "reject",
            "enable",
            "unsilence",
            "unsuspend",
            "unsensitive",
            "action",
        )
    },
    **{
        f"POST /api/v1/admin/reports/{{id}}/{act}": STAFF
        for act in ("assign_to_self", "unassign", "resolve", "reopen")
    },
    "PUT /api/v1/admin/reports/{id}": STAFF,
    "POST /api/v1/announcements/{id}/dismiss": OWN,
    "PUT /api/v1/announcements/{id}/reactions/{name}": OWN,
    "DELETE /api/v1/announcements/{id}/reactions/{name}": OWN,
    **{
        f"POST /api/v1/accounts/{{id}}/{act}": ABOUT_ACCOUNTS
        for act in (
            *("follow", "unfollow", "remove_from_followers", "block", "unblock", "mute"),
            *("unmute", "note", "pin", "endorse", "unpin", "unendorse"),
        )
    },
    "POST /api/v1/follow_requests/{id}/authorize": ABOUT_ACCOUNTS,
    "POST /api/v1/follow_requests/{id}/reject": ABOUT_ACCOUNTS,
    "POST /api/v1/domain_blocks": OWN,
    "DELETE /api/v1/domain_blocks": OWN,
    "DELETE /api/v1/suggestions/{id}": OWN,
    "POST /api/v1/lists": OWN,
    "POST /api/v1/markers": OWN,
    "POST /api/v2/media": OWN,
    "POST /api/v1/media": OWN,
    "PATCH /api/v1/accounts/update_credentials": OWN,
    "PATCH /api/v1/profile": OWN,
    "DELETE /api/v1/profile/avatar": OWN,
    "DELETE /api/v1/profile/header": OWN,
    "POST /api/v1/notifications/clear": OWN,
    "POST /api/v1/notifications/{id}/dismiss": "dismisses the caller's own; succeeds for any id",
    "POST /api/v1/notifications/dismiss": "dismisses the caller's own; succeeds for any id",
    "POST /api/v1/apps": SECRETS,
    "POST /oauth/token": SECRETS,
    "POST /oauth/revoke": SECRETS,
    "POST /oauth/userinfo": "as GET",
    "POST /api/v1/accounts": SECRETS,
    "POST /api/v1/emails/confirmations": OWN,
    **{
        f"POST /api/v1/tags/{{name}}/{act}": TAGS
        for act in ("follow", "unfollow", "feature", "unfeature")
    },
    "POST /api/v1/featured_tags": TAGS,
    "DELETE /api/v1/featured_tags/{id}": OWN,
}


# What a reporter hands over is for moderators to read; with it they are shown the report's statuses.
HANDED_OVER = (
    "GET /api/v1/notifications",
    "GET /api/v1/notifications/{id}",
    "GET /api/v1/admin/reports",
    "GET /api/v1/admin/reports/{id}",
    "GET /moderation/reports/{id}",
)
# Public hashtags are for everybody, also for whom somebody who uses them has blocked.
OF_TAGS = (
    "GET /api/v1/tags/{name}",
    "GET /api/v1/search",
    "GET /api/v2/search",
    "GET /search",
    "GET /api/v1/trends",
    "GET /api/v1/trends/tags",
    "GET /publish/complete",
)
# These repeat the words that were asked for; their answers are compared with those for unknown words.
ECHOING = ("GET /api/v1/tags/{name}", "GET /tags/{name}")
# The same for everybody, cookie or token or not: shown as to nobody, also to whom the author blocked.
FOR_ANYBODY = (
    "GET /api/oembed",
    "GET /@{acct}/{id}/embed",
    *(
        f"GET {path}.{ending}"
        for path in ("/@{acct}", "/tags/{name}", "/public/local")
        for ending in ("rss", "atom")
    ),
)
