"""How the sweep aims at each route and page: what it asks, with which ids and words.

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


def _each(path: str, *queries: str) -> Looks:
    return tuple(path + query for query in queries or ("",))


_SEARCH = tuple(f"?q={words}{kind}" for words in SOUGHT for kind in KINDS)
_STATUSES = "/api/v1/statuses/{status}"

LOOKS: dict[str, Looks] = {
    f"GET {path}": looks
    for path, looks in {
        "/api/v1/accounts/verify_credentials": _each("/api/v1/accounts/verify_credentials"),
        "/api/v1/preferences": _each("/api/v1/preferences"),
        "/api/v1/accounts/{id}": _each("/api/v1/accounts/{account}"),
        "/api/v1/accounts": _each("/api/v1/accounts?id[]={account}"),
        "/api/v1/accounts/lookup": _each("/api/v1/accounts/lookup?acct=alice"),
        "/api/v1/accounts/search": _each("/api/v1/accounts/search", "?q=alice", "?q={word}"),
        "/api/v1/directory": _each("/api/v1/directory", "", "?order=new", "?local=true"),
        "/api/v1/accounts/{id}/followers": _each("/api/v1/accounts/{account}/followers"),
        "/api/v1/accounts/{id}/following": _each("/api/v1/accounts/{account}/following"),
        "/api/v1/accounts/{id}/endorsements": _each("/api/v1/accounts/{account}/endorsements"),
        "/api/v1/endorsements": _each("/api/v1/endorsements"),
        "/api/v1/accounts/familiar_followers": _each(
            "/api/v1/accounts/familiar_followers?id[]={account}"
        ),
        "/api/v1/admin/accounts": _each("/api/v1/admin/accounts", "", "?username=alice"),
        "/api/v2/admin/accounts": _each("/api/v2/admin/accounts", "", "?username=alice"),
        "/api/v1/admin/accounts/{id}": _each("/api/v1/admin/accounts/{account}"),
        "/api/v1/admin/reports": _each("/api/v1/admin/reports", "", "?resolved=true"),
        "/api/v1/admin/reports/{id}": _each("/api/v1/admin/reports/{report}"),
        "/api/v1/apps/verify_credentials": _each("/api/v1/apps/verify_credentials"),
        "/api/v1/conversations": _each("/api/v1/conversations"),
        "/api/v1/profile": _each("/api/v1/profile"),
        "/api/v1/custom_emojis": _each("/api/v1/custom_emojis"),
        "/api/v1/instance": _each("/api/v1/instance"),
        "/api/v2/instance": _each("/api/v2/instance"),
        "/api/v1/instance/rules": _each("/api/v1/instance/rules"),
        "/api/v1/instance/peers": _each("/api/v1/instance/peers"),
        "/api/v1/instance/activity": _each("/api/v1/instance/activity"),
        "/api/v1/instance/domain_blocks": _each("/api/v1/instance/domain_blocks"),
        "/api/v1/instance/extended_description": _each("/api/v1/instance/extended_description"),
        "/api/v1/instance/privacy_policy": _each("/api/v1/instance/privacy_policy"),
        "/api/v1/instance/terms_of_service": _each("/api/v1/instance/terms_of_service"),
        "/api/v1/instance/translation_languages": _each("/api/v1/instance/translation_languages"),
        "/api/v1/announcements": _each("/api/v1/announcements"),
        "/api/v1/favourites": _each("/api/v1/favourites?limit=40"),
        "/api/v1/bookmarks": _each("/api/v1/bookmarks?limit=40"),
        "/api/v1/statuses/{id}/favourited_by": _each("/api/v1/statuses/{thread}/favourited_by"),
        "/api/v1/statuses/{id}/reblogged_by": _each("/api/v1/statuses/{thread}/reblogged_by"),
        "/api/v1/lists": _each("/api/v1/lists"),
        "/api/v1/lists/{id}": _each("/api/v1/lists/{list}"),
        "/api/v1/lists/{id}/accounts": _each("/api/v1/lists/{list}/accounts"),
        "/api/v1/accounts/{id}/lists": _each("/api/v1/accounts/{account}/lists"),
        "/api/v1/timelines/list/{id}": _each("/api/v1/timelines/list/{list}", "", "?limit=40"),
        "/api/v1/markers": _each("/api/v1/markers?timeline[]=home&timeline[]=notifications"),
        "/api/v1/media/{id}": _each("/api/v1/media/{media}"),
        "/api/v1/notifications": _each(
            "/api/v1/notifications?limit=80", "", "&types[]=mention", "&account_id={account}"
        ),
        "/api/v1/notifications/unread_count": _each("/api/v1/notifications/unread_count"),
        "/api/v1/notifications/{id}": _each("/api/v1/notifications/{notification}"),
        "/oauth/userinfo": _each("/oauth/userinfo"),
        "/.well-known/oauth-authorization-server": _each("/.well-known/oauth-authorization-server"),
        "/api/v1/polls/{id}": _each("/api/v1/polls/{poll}"),
        "/api/v1/emails/check_confirmation": _each("/api/v1/emails/check_confirmation"),
        "/api/v1/accounts/relationships": _each("/api/v1/accounts/relationships?id[]={account}"),
        "/api/v1/follow_requests": _each("/api/v1/follow_requests"),
        "/api/v1/blocks": _each("/api/v1/blocks"),
        "/api/v1/mutes": _each("/api/v1/mutes"),
        "/api/v1/domain_blocks": _each("/api/v1/domain_blocks"),
        "/api/v2/search": _each("/api/v2/search", *_SEARCH),
        "/api/v1/search": _each("/api/v1/search", *_SEARCH[:6]),
        "/api/v1/statuses": _each("/api/v1/statuses?id[]={thread}"),
        "/api/v1/statuses/{id}": _each(_STATUSES),
        "/api/v1/statuses/{id}/context": _each("/api/v1/statuses/{thread}/context"),
        "/api/v1/statuses/{id}/history": _each("/api/v1/statuses/{thread}/history"),
        "/api/v1/statuses/{id}/source": _each("/api/v1/statuses/{thread}/source"),
        "/api/v1/suggestions": _each("/api/v1/suggestions"),
        "/api/v2/suggestions": _each("/api/v2/suggestions"),
        "/api/v1/tags/{name}": _each("/api/v1/tags/", "tag{word}", "shared"),
        "/api/v1/followed_tags": _each("/api/v1/followed_tags"),
        "/api/v1/accounts/{id}/featured_tags": _each("/api/v1/accounts/{account}/featured_tags"),
        "/api/v1/featured_tags": _each("/api/v1/featured_tags"),
        "/api/v1/featured_tags/suggestions": _each("/api/v1/featured_tags/suggestions"),
        "/api/v1/timelines/home": _each("/api/v1/timelines/home", *TIMELINE),
        "/api/v1/timelines/public": _each("/api/v1/timelines/public", *TIMELINE),
        "/api/v1/timelines/tag/{hashtag}": (
            *_each(
                "/api/v1/timelines/tag/shared", *TIMELINE, "?any[]=tag{word}", "?all[]=tag{word}"
            ),
            "/api/v1/timelines/tag/tag{word}",
        ),
        "/api/v1/accounts/{id}/statuses": _each(
            "/api/v1/accounts/{alice}/statuses",
            *("?limit=40", "?pinned=true", "?only_media=true", "?exclude_replies=true"),
            *("?exclude_reblogs=true", "?tagged=shared", "?tagged=tag{word}"),
            *("?limit=1&max_id={cursor}", "?limit=1&min_id={cursor}", "?limit=1&since_id={cursor}"),
        ),
        "/api/v1/timelines/direct": _each("/api/v1/timelines/direct"),
        "/api/v1/scheduled_statuses": _each("/api/v1/scheduled_statuses"),
        "/api/v1/trends/tags": _each("/api/v1/trends/tags"),
        "/api/v1/trends": _each("/api/v1/trends"),
        "/api/v1/trends/statuses": _each("/api/v1/trends/statuses"),
        "/api/v1/trends/links": _each("/api/v1/trends/links"),
        "/.well-known/webfinger": _each(
            "/.well-known/webfinger?resource=acct:alice@{host}", "", "&rel=self"
        ),
        "/.well-known/host-meta": _each("/.well-known/host-meta"),
        "/.well-known/nodeinfo": _each("/.well-known/nodeinfo"),
        "/nodeinfo/2.0": _each("/nodeinfo/2.0"),
        "/nodeinfo/2.1": _each("/nodeinfo/2.1"),
        "/health": _each("/health"),
        "/api/openapi.json": _each("/api/openapi.json"),
        "/api/oembed": _each("/api/oembed?url={url}"),
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

_ABOUT_ACCOUNTS = "acts on an account and answers a relationship"
_OWN = "changes and answers what is the caller's own"
_STAFF = "acts on accounts and reports; the entities it answers are looked at by GET"
_SECRETS = "takes secrets of its own and answers tokens, not statuses"
_TAGS = "answers a hashtag, which is looked at by GET"

ASIDE: dict[str, str] = {
    **{
        f"POST /api/v1/admin/accounts/{{id}}/{act}": _STAFF
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
        f"POST /api/v1/admin/reports/{{id}}/{act}": _STAFF
        for act in ("assign_to_self", "unassign", "resolve", "reopen")
    },
    "PUT /api/v1/admin/reports/{id}": _STAFF,
    "POST /api/v1/announcements/{id}/dismiss": _OWN,
    "PUT /api/v1/announcements/{id}/reactions/{name}": _OWN,
    "DELETE /api/v1/announcements/{id}/reactions/{name}": _OWN,
    **{
        f"POST /api/v1/accounts/{{id}}/{act}": _ABOUT_ACCOUNTS
        for act in (
            *("follow", "unfollow", "remove_from_followers", "block", "unblock", "mute"),
            *("unmute", "note", "pin", "endorse", "unpin", "unendorse"),
        )
    },
    "POST /api/v1/follow_requests/{id}/authorize": _ABOUT_ACCOUNTS,
    "POST /api/v1/follow_requests/{id}/reject": _ABOUT_ACCOUNTS,
    "POST /api/v1/domain_blocks": _OWN,
    "DELETE /api/v1/domain_blocks": _OWN,
    "DELETE /api/v1/suggestions/{id}": _OWN,
    "POST /api/v1/lists": _OWN,
    "POST /api/v1/markers": _OWN,
    "POST /api/v2/media": _OWN,
    "POST /api/v1/media": _OWN,
    "PATCH /api/v1/accounts/update_credentials": _OWN,
    "PATCH /api/v1/profile": _OWN,
    "DELETE /api/v1/profile/avatar": _OWN,
    "DELETE /api/v1/profile/header": _OWN,
    "POST /api/v1/notifications/clear": _OWN,
    "POST /api/v1/notifications/{id}/dismiss": "dismisses the caller's own; succeeds for any id",
    "POST /api/v1/notifications/dismiss": "dismisses the caller's own; succeeds for any id",
    "POST /api/v1/apps": _SECRETS,
    "POST /oauth/token": _SECRETS,
    "POST /oauth/revoke": _SECRETS,
    "POST /oauth/userinfo": "as GET",
    "POST /api/v1/accounts": _SECRETS,
    "POST /api/v1/emails/confirmations": _OWN,
    **{
        f"POST /api/v1/tags/{{name}}/{act}": _TAGS
        for act in ("follow", "unfollow", "feature", "unfeature")
    },
    "POST /api/v1/featured_tags": _TAGS,
    "DELETE /api/v1/featured_tags/{id}": _OWN,
}

# Pages; the same in two tables, since people come with a cookie.
_FEED = ("", "?max_id={cursor}", "?min_id={cursor}")
PAGE_LOOKS: dict[str, Looks] = {
    "GET /": _each("/", *_FEED),
    "GET /about": _each("/about"),
    "GET /privacy-policy": _each("/privacy-policy"),
    "GET /terms-of-service": _each("/terms-of-service"),
    "GET /tags/{name}": (*_each("/tags/shared", *_FEED), "/tags/tag{word}"),
    "GET /@{acct}": _each("/@alice", *_FEED),
    "GET /@{acct}/with_replies": _each("/@alice/with_replies", *_FEED),
    "GET /@{acct}/media": _each("/@alice/media", *_FEED),
    "GET /home": _each("/home", *_FEED),
    "GET /publish": _each("/publish", "", "?reply={thread}", "?edit={thread}", "?draft=1"),
    "GET /publish/send": _each("/publish/send"),
    "GET /publish/media/{id}": _each("/publish/media/{media}"),
    "GET /publish/token": _each("/publish/token"),
    "GET /publish/complete": _each(
        "/publish/complete", "?kind=mention&q=alice", "?kind=tag&q=tag{word}", "?kind=emoji"
    ),
    "GET /drafts": _each("/drafts"),
    "GET /public": _each("/public", *_FEED),
    "GET /public/local": _each("/public/local", *_FEED),
    "GET /lists/{id}": _each("/lists/{list}", *_FEED),
    "GET /bookmarks": _each("/bookmarks"),
    "GET /favourites": _each("/favourites"),
    "GET /keys": _each("/keys"),
    "GET /@{acct}/{id}/history": ("/@alice/{status}/history", "/@dave/{thread}/history"),
    "GET /statuses/{id}/delete": ("/statuses/{status}/delete",),
    "GET /users/{username}": _each("/users/alice"),
    "GET /@{acct}/{id}/embed": ("/@alice/{status}/embed", "/@dave/{thread}/embed"),
    **{
        f"GET {path}.{ending}": _each(
            f"{path.format(acct='alice', name='shared')}.{ending}", *_FEED[:2]
        )
        for path in ("/@{acct}", "/tags/{name}", "/public/local")
        for ending in ("rss", "atom")
    },
    "GET /robots.txt": _each("/robots.txt"),
    "GET /sitemap.xml": _each("/sitemap.xml"),
    "GET /@{acct}/{id}": ("/@alice/{status}", "/@dave/{thread}"),
    "GET /users/{username}/statuses/{id}": _each("/users/alice/statuses/{thread}"),
    "GET /auth/log-in": _each("/auth/log-in"),
    "GET /auth/waiting": _each("/auth/waiting"),
    "GET /auth/sign-up": _each("/auth/sign-up"),
    "GET /auth/password/new": _each("/auth/password/new"),
    "GET /oauth/authorize": _each("/oauth/authorize"),
    "GET /settings": _each("/settings"),
    "GET /settings/account": _each("/settings/account"),
    "GET /auth/second-step": _each("/auth/second-step"),
    "GET /settings/delete": _each("/settings/delete"),
    "GET /settings/preferences": _each("/settings/preferences"),
    "GET /settings/security": _each("/settings/security"),
    "GET /settings/security/codes": _each("/settings/security/codes"),
    "GET /settings/sessions": _each("/settings/sessions"),
    "GET /settings/applications": _each("/settings/applications"),
    "GET /decisions": _each("/decisions"),
    "GET /settings/profile": _each("/settings/profile"),
    "GET /settings/export": _each("/settings/export"),
    "GET /settings/export/{file}": _each(
        "/settings/export/", "bookmarks.csv", "lists.csv", "following_accounts.csv"
    ),
    "GET /settings/import": _each("/settings/import"),
    "GET /manifest.webmanifest": _each("/manifest.webmanifest"),
    "GET /sw.js": _each("/sw.js"),
    "GET /share": _each("/share?text=hello"),
    "GET /offline": _each("/offline", "", "?form=1"),
    "GET /fragments/statuses": _each("/fragments/statuses?ids={thread}"),
    "GET /notifications": _each("/notifications", "", "?kind=mentions", "?max_id={cursor}"),
    "GET /conversations": _each("/conversations", "", "?max_id={cursor}"),
    "GET /conversations/{id}": ("/conversations/{conversation}",),
    "GET /@{acct}/followers": _each("/@alice/followers"),
    "GET /@{acct}/following": _each("/@alice/following"),
    "GET /@{acct}/familiar_followers": _each("/@alice/familiar_followers"),
    "GET /@{acct}/lists": _each("/@alice/lists"),
    "GET /@{acct}/report": _each("/@alice/report"),
    "GET /@{acct}/{id}/report": ("/@alice/{status}/report",),
    "GET /@{acct}/reported": _each("/@alice/reported"),
    "GET /accounts/{id}/mute": _each("/accounts/{account}/mute"),
    "GET /accounts/{id}/block": _each("/accounts/{account}/block"),
    "GET /follow_requests": _each("/follow_requests"),
    "GET /mutes": _each("/mutes"),
    "GET /blocks": _each("/blocks"),
    "GET /lists": _each("/lists"),
    "GET /lists/{id}/edit": ("/lists/{list}/edit", "/lists/{list}/edit?q=alice"),
    "GET /search": (
        "/search",
        *_each("/search?q=", "text", "tagzq", "picture", "from:alice", "{word}", "%23tag{word}"),
        *_each("/search?type=messages&q=", "text", "from:alice", "{word}"),
        "/search?type=tags&q=tag{word}",
    ),
    "GET /directory": _each("/directory", "", "?order=new", "?local=1"),
    "GET /followed_tags": _each("/followed_tags"),
    "GET /moderation": _each("/moderation"),
    "GET /moderation/reports": _each("/moderation/reports", "", "?state=resolved"),
    "GET /moderation/reports/{id}": _each("/moderation/reports/{report}"),
    "GET /moderation/accounts": _each("/moderation/accounts", "", "?q=alice", "?sort=active"),
    "GET /admin": _each("/admin"),
    "GET /admin/jobs": _each("/admin/jobs"),
    "GET /admin/settings": _each("/admin/settings"),
    "GET /admin/look": _each("/admin/look"),
    "GET /admin/rules": _each("/admin/rules"),
    "GET /admin/documents": _each("/admin/documents"),
    "GET /admin/documents/{key}": _each("/admin/documents/privacy_policy"),
    "GET /admin/announcements": _each("/admin/announcements"),
    "GET /admin/announcements/{id}": _each("/admin/announcements/1"),
    "GET /admin/emojis": _each("/admin/emojis"),
    "GET /admin/invitations": _each("/admin/invitations"),
    "GET /settings/invitations": _each("/settings/invitations"),
    "GET /invite/{code}": _each("/invite/unknown"),
    "GET /moderation/accounts/{id}": _each("/moderation/accounts/{account}"),
}
_FORM = "a form about the reader's own account"
_NETWORK = "changes what the network says of itself; it answers nobody's statuses"
_CARRIED = (
    "a file of the reader's own; no other is found (tests/web/test_export.py, test_import.py)"
)
PAGES_ASIDE: dict[str, str] = {
    "POST /settings/profile": _FORM,
    "POST /settings/profile/tags": _FORM,
    "POST /settings/profile/people": _FORM,
    "POST /settings/export/archive": _FORM,
    "GET /settings/export/archive/{id}": _CARRIED,
    "POST /settings/import": _FORM,
    "GET /settings/import/{id}": _CARRIED,
    "POST /settings/import/{id}": _FORM,
    "GET /settings/import/{id}/failures": _CARRIED,
    "POST /publish/send": "the API's own command; tests/web/test_composer.py aims at others' statuses",
    "POST /publish/media": _FORM,
    "POST /drafts/{id}": _FORM,
    "POST /statuses/{id}": "the API's own commands, aimed at by TOUCHES; tests/web/test_acts.py aims here",
    "POST /home": "moves the reader's own marker, or changes what their home shows",
    "POST /auth/log-in": _FORM,
    "POST /auth/log-out": _FORM,
    "POST /auth/waiting": _FORM,
    "POST /auth/sign-up": _FORM,
    "GET /auth/confirm/{secret}": _SECRETS,
    "POST /auth/confirm/{secret}": _SECRETS,
    "POST /auth/password/new": _FORM,
    "GET /auth/password/{secret}": _SECRETS,
    "POST /auth/password/{secret}": _SECRETS,
    "POST /oauth/authorize": _SECRETS,
    "GET /owner/{secret}": _SECRETS,
    "POST /owner/{secret}": _SECRETS,
    "POST /settings/account/password": _FORM,
    "POST /auth/passkey": _SECRETS,
    "POST /auth/passkey/question": _SECRETS,
    "POST /auth/second-step": _SECRETS,
    "POST /auth/second-step/question": _SECRETS,
    "POST /settings/delete": _FORM,
    "POST /settings/preferences": _FORM,
    "POST /settings/account/email": _FORM,
    "POST /settings/account/email/withdraw": _FORM,
    "GET /auth/email/{secret}": _SECRETS,
    "POST /auth/email/{secret}": _SECRETS,
    "POST /settings/security/codes": _FORM,
    "POST /settings/security/codes/confirm": _FORM,
    "POST /settings/security/codes/off": _FORM,
    "POST /settings/security/recovery": _FORM,
    "POST /settings/security/passkeys": _FORM,
    "POST /settings/security/passkeys/question": _FORM,
    "POST /settings/security/passkeys/remove": _FORM,
    "POST /settings/sessions": _FORM,
    "POST /settings/sessions/others": _FORM,
    "POST /settings/applications": _FORM,
    "POST /settings/account/language": _FORM,
    "POST /notifications/read": _OWN,
    "POST /notifications/dismiss": _OWN,
    "POST /notifications/clear": _OWN,
    "POST /conversations/{id}": "the reader's own; test_conversation_pages.py aims at those of others",
    "POST /accounts/{id}": _ABOUT_ACCOUNTS,
    "POST /blocks/domains": _OWN,
    "POST /lists": _OWN,
    "POST /lists/{id}": "the reader's own; test_list_pages.py aims at those of others",
    "POST /tags/{name}": _TAGS,
    "POST /@{acct}/report": "test_report_pages.py aims it at what the reporter may not see",
    "POST /moderation/reports/{id}": _STAFF,
    "POST /moderation/decisions": _STAFF,
    "POST /moderation/accounts": _STAFF,
    "POST /moderation/accounts/{id}": _STAFF,
    **{
        f"POST /admin/{path}": _NETWORK
        for path in (
            *("jobs", "settings", "look", "rules", "documents/{key}", "announcements"),
            *("announcements/{id}", "emojis", "emojis/change", "invitations"),
        )
    },
    "POST /settings/invitations": _FORM,
    "POST /invite/{code}": _FORM,
    "POST /announcements/{id}/dismiss": _FORM,
    "GET /live": "a stream: test_streams.py listens to it",
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
