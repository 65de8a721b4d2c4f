"""How the sweep aims at each page: as `aims` does at the API, but by the cookie that people come with."""

from tests.api.sweep.aims import ABOUT_ACCOUNTS, OWN, PETITION, SECRETS, STAFF, TAGS, Looks, each

_FEED = ("", "?max_id={cursor}", "?min_id={cursor}")


LOOKS: dict[str, Looks] = {
    "GET /": each("/", *_FEED),
    "GET /about": each("/about"),
    "GET /privacy-policy": each("/privacy-policy"),
    "GET /terms-of-service": each("/terms-of-service"),
    "GET /tags/{name}": (*each("/tags/shared", *_FEED), "/tags/tag{word}"),
    "GET /@{acct}": each("/@alice", *_FEED),
    "GET /@{acct}/with_replies": each("/@alice/with_replies", *_FEED),
    "GET /@{acct}/media": each("/@alice/media", *_FEED),
    "GET /home": each("/home", *_FEED),
    "GET /publish": each("/publish", "", "?reply={thread}", "?edit={thread}", "?draft=1"),
    "GET /publish/send": each("/publish/send"),
    "GET /publish/media/{id}": each("/publish/media/{media}"),
    "GET /publish/token": each("/publish/token"),
    "GET /publish/complete": each(
        "/publish/complete", "?kind=mention&q=alice", "?kind=tag&q=tag{word}", "?kind=emoji"
    ),
    "GET /drafts": each("/drafts"),
    "GET /public": each("/public", *_FEED),
    "GET /public/local": each("/public/local", *_FEED),
    "GET /lists/{id}": each("/lists/{list}", *_FEED),
    "GET /bookmarks": each("/bookmarks"),
    "GET /favourites": each("/favourites"),
    "GET /keys": each("/keys"),
    "GET /@{acct}/{id}/history": ("/@alice/{status}/history", "/@dave/{thread}/history"),
    "GET /polls/{id}": each(
        "/polls/{poll}", "", "?part=counted", "?population=500&correlation=0.01"
    ),
    "GET /polls/{id}/picture.svg": each("/polls/{poll}/picture.svg", "", "?in=fr"),
    "GET /polls/{id}/asking": each("/polls/{poll}/asking"),
    "GET /statuses/{id}/delete": ("/statuses/{status}/delete",),
    "GET /users/{username}": each("/users/alice"),
    "GET /@{acct}/{id}/embed": ("/@alice/{status}/embed", "/@dave/{thread}/embed"),
    **{
        f"GET {path}.{ending}": each(
            f"{path.format(acct='alice', name='shared')}.{ending}", *_FEED[:2]
        )
        for path in ("/@{acct}", "/tags/{name}", "/public/local")
        for ending in ("rss", "atom")
    },
    "GET /robots.txt": each("/robots.txt"),
    "GET /sitemap.xml": each("/sitemap.xml"),
    "GET /@{acct}/{id}": ("/@alice/{status}", "/@dave/{thread}"),
    "GET /users/{username}/statuses/{id}": each("/users/alice/statuses/{thread}"),
    "GET /auth/log-in": each("/auth/log-in"),
    "GET /auth/waiting": each("/auth/waiting"),
    "GET /auth/sign-up": each("/auth/sign-up"),
    "GET /auth/password/new": each("/auth/password/new"),
    "GET /oauth/authorize": each("/oauth/authorize"),
    "GET /settings": each("/settings"),
    "GET /settings/account": each("/settings/account"),
    "GET /auth/second-step": each("/auth/second-step"),
    "GET /settings/delete": each("/settings/delete"),
    "GET /settings/preferences": each("/settings/preferences"),
    "GET /settings/security": each("/settings/security"),
    "GET /settings/security/codes": each("/settings/security/codes"),
    "GET /settings/sessions": each("/settings/sessions"),
    "GET /settings/applications": each("/settings/applications"),
    "GET /decisions": each("/decisions"),
    "GET /settings/profile": each("/settings/profile"),
    "GET /settings/export": each("/settings/export"),
    "GET /settings/export/{file}": each(
        "/settings/export/", "bookmarks.csv", "lists.csv", "following_accounts.csv"
    ),
    "GET /settings/import": each("/settings/import"),
    "GET /manifest.webmanifest": each("/manifest.webmanifest"),
    "GET /sw.js": each("/sw.js"),
    "GET /share": each("/share?text=hello"),
    "GET /verify": each("/verify"),
    "GET /offline": each("/offline", "", "?form=1"),
    "GET /fragments/statuses": each("/fragments/statuses?ids={thread}"),
    "GET /notifications": each("/notifications", "", "?kind=mentions", "?max_id={cursor}"),
    "GET /conversations": each("/conversations", "", "?max_id={cursor}"),
    "GET /conversations/{id}": ("/conversations/{conversation}",),
    "GET /@{acct}/followers": each("/@alice/followers"),
    "GET /@{acct}/following": each("/@alice/following"),
    "GET /@{acct}/familiar_followers": each("/@alice/familiar_followers"),
    "GET /@{acct}/lists": each("/@alice/lists"),
    "GET /@{acct}/report": each("/@alice/report"),
    "GET /@{acct}/{id}/report": ("/@alice/{status}/report",),
    "GET /@{acct}/reported": each("/@alice/reported"),
    "GET /accounts/{id}/mute": each("/accounts/{account}/mute"),
    "GET /accounts/{id}/block": each("/accounts/{account}/block"),
    "GET /follow_requests": each("/follow_requests"),
    "GET /mutes": each("/mutes"),
    "GET /blocks": each("/blocks"),
    "GET /lists": each("/lists"),
    "GET /lists/{id}/edit": ("/lists/{list}/edit", "/lists/{list}/edit?q=alice"),
    "GET /search": (
        "/search",
        *each("/search?q=", "text", "tagzq", "picture", "from:alice", "{word}", "%23tag{word}"),
        *each("/search?type=messages&q=", "text", "from:alice", "{word}"),
        "/search?type=tags&q=tag{word}",
    ),
    "GET /directory": each("/directory", "", "?order=new", "?local=1"),
    "GET /draws": each("/draws", "", "?max_id={cursor}"),
    "GET /draws/new": each("/draws/new"),
    "GET /draws/of/{id}": ("/draws/of/{status}",),
    "GET /admin/draws": each("/admin/draws"),
    "GET /admin/log": each("/admin/log"),
    "GET /followed_tags": each("/followed_tags"),
    "GET /moderation": each("/moderation"),
    "GET /moderation/reports": each("/moderation/reports", "", "?state=resolved"),
    "GET /moderation/reports/{id}": each("/moderation/reports/{report}"),
    "GET /moderation/accounts": each("/moderation/accounts", "", "?q=alice", "?sort=active"),
    "GET /admin": each("/admin"),
    "GET /admin/jobs": each("/admin/jobs"),
    "GET /admin/settings": each("/admin/settings"),
    "GET /admin/look": each("/admin/look"),
    "GET /admin/rules": each("/admin/rules"),
    "GET /admin/documents": each("/admin/documents"),
    "GET /admin/documents/{key}": each("/admin/documents/privacy_policy"),
    "GET /admin/announcements": each("/admin/announcements"),
    "GET /admin/announcements/{id}": each("/admin/announcements/1"),
    "GET /admin/emojis": each("/admin/emojis"),
    "GET /admin/petitions": each("/admin/petitions"),
    "GET /admin/rooms": each("/admin/rooms"),
    "GET /rooms": each("/rooms"),
    "GET /rooms/new": each("/rooms/new"),
    "GET /rooms/call": each("/rooms/call"),
    "GET /petitions": each("/petitions", "", "?which=over", "?which=mine"),
    "GET /petitions/new": each("/petitions/new"),
    "GET /admin/invitations": each("/admin/invitations"),
    "GET /settings/invitations": each("/settings/invitations"),
    "GET /invite/{code}": each("/invite/unknown"),
    "GET /moderation/accounts/{id}": each("/moderation/accounts/{account}"),
}


_FORM = "a form about the reader's own account"


_NETWORK = "changes what the network says of itself; it answers nobody's statuses"


_CARRIED = (
    "a file of the reader's own; no other is found (tests/web/test_export.py, test_import.py)"
)


_DRAW = "a draw is public, and names who accepted; tests/web/test_draw_pages.py looks what is shown of others"


_ROOM = "a room is seen by who sees the message that announces it: tests/web/test_room_pages.py"


_CALL = "a call is known to its two alone, and holds no statuses: tests/web/test_call_pages.py"


ASIDE: dict[str, str] = {
    **{f"GET /calls/{rest}": _CALL for rest in ("new", "now", "{id}", "{id}/now", "{id}/signals")},
    **{
        f"POST /calls{rest}": _CALL
        for rest in ("", "/{id}", "/{id}/beat", "/{id}/device", "/{id}/signals")
    },
    **{
        f"GET /rooms/{{id}}{rest}": _ROOM
        for rest in ("", "/now", "/inside", "/edit", "/captions", "/captions.vtt", "/recording.m4a")
    },
    **{
        f"POST /rooms/{{id}}{rest}": _ROOM
        for rest in ("", "/edit", "/whip", "/whep", "/ticket", "/captions")
    },
    **{f"DELETE /rooms/{{id}}/{way}/{{session}}": _ROOM for way in ("whip", "whep")},
    "OPTIONS /rooms/{id}/whip": _ROOM,
    "POST /rooms/call": "the API's own publishing, with words of its own",
    "POST /rooms": "the API's own publishing, with words of its own",
    **{
        f"GET /petitions/{{id}}{rest}": PETITION
        for rest in ("", "/answer", "/answer/export", "/edit", "/own", "/receipt", "/remove")
    },
    **{
        f"POST /petitions/{{id}}{rest}": PETITION
        for rest in ("/answer", "/edit", "/own", "/receipt", "/remove", "/sign")
    },
    "GET /petitions/{id}/signatures": PETITION,
    "GET /petitions/{id}/versions": PETITION,
    "POST /petitions/new": _FORM,
    "POST /admin/petitions": _NETWORK,
    "POST /admin/rooms": _NETWORK,
    "POST /admin/petitions/rolls": _NETWORK,
    "POST /admin/petitions/issuers": _NETWORK,
    "GET /petitions/back": SECRETS,
    "GET /petitions/of/{id}": PETITION,
    **{
        f"{how} /petitions/{rest}": SECRETS
        for how, rest in (
            *(("GET", "mine/{secret}"), ("POST", "mine/{secret}")),
            *(("GET", "answers/{secret}"), ("POST", "answers/{secret}")),
            ("GET", "answers/{secret}/export"),
        )
    },
    "GET /draws/{id}": _DRAW,
    "POST /draws/{id}": _DRAW,
    "GET /draws/{id}/receipt": "one's own entry; others' are not found",
    "POST /draws": "the API's own publishing, with words of its own",
    "POST /admin/draws": _NETWORK,
    "POST /admin/log": _NETWORK,
    "GET /polls/{id}/rounds": "of ranked polls that are closed; test_poll_pages looks who may see it",
    "GET /polls/{id}/invitations": "an author's own; test_poll_pages",
    "GET /polls/invitations/{code}": "takes a secret; test_poll_pages",
    "POST /polls/invitations/{code}": "takes a secret; test_poll_pages",
    "POST /polls/{id}/declaration": "for who may see the poll: tests/web/test_results.py aims here",
    "POST /polls/{id}/asking": "for its author alone: tests/web/test_results.py aims here",
    "GET /polls/{id}/receipt": "one's own ballot; test_poll_logs looks who may see the log",
    "GET /polls/{id}/ballot": "secret ballots alone; tests/web/test_ballot_pages.py asks who may see one",
    "POST /polls/{id}/token": "the API's own command; test_secret_ballots aims it at what may not be seen",
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
    "GET /auth/confirm/{secret}": SECRETS,
    "POST /auth/confirm/{secret}": SECRETS,
    "POST /auth/password/new": _FORM,
    "GET /auth/password/{secret}": SECRETS,
    "POST /auth/password/{secret}": SECRETS,
    "POST /oauth/authorize": SECRETS,
    "GET /owner/{secret}": SECRETS,
    "POST /owner/{secret}": SECRETS,
    "POST /settings/account/password": _FORM,
    "POST /auth/passkey": SECRETS,
    "POST /auth/passkey/question": SECRETS,
    "POST /auth/second-step": SECRETS,
    "POST /auth/second-step/question": SECRETS,
    "POST /settings/delete": _FORM,
    "POST /settings/preferences": _FORM,
    "POST /settings/account/email": _FORM,
    "POST /settings/account/email/withdraw": _FORM,
    "GET /auth/email/{secret}": SECRETS,
    "POST /auth/email/{secret}": SECRETS,
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
    "POST /notifications/read": OWN,
    "POST /notifications/dismiss": OWN,
    "POST /notifications/clear": OWN,
    "POST /conversations/{id}": "the reader's own; test_conversation_pages.py aims at those of others",
    "POST /accounts/{id}": ABOUT_ACCOUNTS,
    "POST /blocks/domains": OWN,
    "POST /lists": OWN,
    "POST /lists/{id}": "the reader's own; test_list_pages.py aims at those of others",
    "POST /tags/{name}": TAGS,
    "POST /@{acct}/report": "test_report_pages.py aims it at what the reporter may not see",
    "POST /moderation/reports/{id}": STAFF,
    "POST /moderation/decisions": STAFF,
    "POST /moderation/accounts": STAFF,
    "POST /moderation/accounts/{id}": STAFF,
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
