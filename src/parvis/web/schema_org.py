"""Pages for search engines, in the words of schema.org: who wrote what, when, and what was answered."""

from typing import Any

from parvis.domain.accounts.types import AccountRow, ShownAccount
from parvis.domain.addresses import Addresses
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.statuses.types import Shown
from parvis.protocols.timestamps import iso
from parvis.web import heads, showing

COMMENTS = 20  # answers told of a thread


def of_network(settings: NetworkSettings, addresses: Addresses) -> dict[str, Any]:
    found = f"{addresses.root}/search?q={{search_term_string}}"
    return _some(
        {
            "@type": "WebSite",
            "name": settings.title,
            "url": f"{addresses.root}/",
            "description": settings.short_description,
            "inLanguage": settings.languages,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": found},
                "query-input": "required name=search_term_string",
            },
        }
    )


def of_account(shown: ShownAccount, addresses: Addresses) -> dict[str, Any]:
    account, counters = shown.account, shown.counters
    sites = [one.value for one in account.fields if one.verified_at and "://" in one.value]
    person = _author(account, addresses) | _some(
        {
            "alternateName": f"@{account.acct}",
            "identifier": account.uri,
            "description": heads.plain(account.note_html),
            "sameAs": sites,
            "interactionStatistic": [_counted("FollowAction", counters.followers)],
            "agentInteractionStatistic": [_counted("WriteAction", counters.statuses)],
        }
    )
    return {
        "@type": "ProfilePage",
        "url": account.url,
        "dateCreated": iso(account.created_at),
        "mainEntity": person,
    }


def of_status(main: Shown, answers: list[Shown], addresses: Addresses) -> dict[str, Any]:
    """A status with its public answers; those of people who are not to be found by search are left out."""
    told = [
        one
        for one in answers
        if one.author.is_indexable and one.status.visibility in {"public", "unlisted"}
    ]
    row = main.status
    kind = "DiscussionForumPosting" if told or row.in_reply_to_id else "SocialMediaPosting"
    return (
        _posting(kind, main, addresses)
        | _some({"headline": heads.summary(main, 110), "mainEntityOfPage": row.url})
        | _some(
            {
                "commentCount": main.counters.replies or None,
                "comment": [_posting("Comment", one, addresses) for one in told[:COMMENTS]],
            }
        )
    )


def of_tag(name: str, settings: NetworkSettings, addresses: Addresses) -> dict[str, Any]:
    steps = [(settings.title, f"{addresses.root}/"), (f"#{name}", addresses.tag_url(name))]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": called, "item": address}
            for place, (called, address) in enumerate(steps, start=1)
        ],
    }


def _posting(kind: str, shown: Shown, addresses: Addresses) -> dict[str, Any]:
    row, counters = shown.status, shown.counters
    is_open = not heads.is_guarded(shown)
    pictures = [
        heads.media_of(one, addresses).url
        for one in row.media
        if is_open and one.kind == "image" and one.original
    ]
    return _some(
        {
            "@type": kind,
            "@id": row.uri,
            "url": row.url,
            "datePublished": iso(row.created_at),
            "dateModified": iso(row.edited_at) if row.edited_at else None,
            "author": _author(shown.author, addresses),
            "text": row.spoiler_text or heads.plain(row.content),
            "inLanguage": row.language,
            "image": pictures,
            "keywords": [] if row.spoiler_text else list(row.tags),
            "interactionStatistic": [
                _counted(action, number)
                for action, number in (
                    ("LikeAction", counters.favourites),
                    ("ShareAction", counters.reblogs),
                    ("CommentAction", counters.replies),
                )
            ],
        }
    )


def _author(account: AccountRow, addresses: Addresses) -> dict[str, Any]:
    picture = None if account.is_sensitized else account.avatar
    return _some(
        {
            "@type": "Organization" if account.is_group else "Person",
            "name": account.display_name or account.username,
            "url": account.url,
            "image": picture and showing.absolute(picture.static_url, addresses),
        }
    )


def _counted(action: str, number: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{action}",
        "userInteractionCount": number,
    }


def _some(told: dict[str, Any]) -> dict[str, Any]:
    """Without what is not there."""
    return {name: one for name, one in told.items() if one not in (None, "", [])}
