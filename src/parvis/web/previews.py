"""The head of each public page: its card for messengers, its feeds, its data for search engines.

Members get the address and the feeds alone: cards are read by programs, and those come as visitors.
"""

import re
from urllib.parse import quote

from markupsafe import Markup

from parvis.domain.accounts.types import AccountRow, ShownAccount
from parvis.domain.draws.types import Draw
from parvis.domain.petitions.types import Petition
from parvis.domain.rooms.types import Room
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.public import Where
from parvis.protocols.timestamps import iso
from parvis.web import heads, schema_org
from parvis.web.heads import Feed, Head
from parvis.web.locales import N_
from parvis.web.visit import Visit

SQUARES: dict[Where, str] = {"local": "/public/local", "all": "/public"}
RSS, ATOM = "application/rss+xml", "application/atom+xml"
HIDDEN = "noindex"
FOLLOWED = "noindex, follow"  # a list's later pages: its messages are to be found, it is not
_HREF = re.compile(r'href="(https?://[^"]+)"')


def of_front(visit: Visit, *, is_first: bool = True) -> Head:
    settings = visit.network
    if not is_first:
        visit.robots = FOLLOWED
    return _told(
        visit,
        Head(
            address=f"{visit.addresses.root}/",
            title=settings.title,
            description=settings.short_description,
            picture=heads.picture_of_network(settings, visit.addresses),
            is_large=True,
            in_languages=is_first,
            feeds=_feeds(visit, "/public/local", settings.title),
            data=heads.as_script(schema_org.of_network(settings, visit.addresses)),
        ),
    )


def of_square(visit: Visit, where: Where, title: str, *, is_first: bool) -> Head:
    """What is said here in public, or everywhere this network listens; the feed is of what is said here."""
    if not is_first:
        visit.robots = FOLLOWED
    settings, path = visit.network, SQUARES[where]
    return _told(
        visit,
        Head(
            address=visit.addresses.root + path,
            title=f"{title} · {settings.title}",
            description=heads.shorten(settings.short_description),
            picture=heads.picture_of_network(settings, visit.addresses),
            is_large=True,
            in_languages=is_first,
            feeds=_feeds(visit, path, settings.title) if where == "local" else [],
        ),
    )


def of_text(visit: Visit, path: str, title: str, description: str = "") -> Head:
    """A page of the network's own words."""
    return _told(
        visit,
        Head(
            address=visit.addresses.root + path,
            title=f"{title} · {visit.network.title}",
            description=heads.shorten(description or visit.network.short_description),
            picture=heads.picture_of_network(visit.network, visit.addresses),
            is_large=True,
            in_languages=True,
        ),
    )


def of_tag(visit: Visit, name: str, *, is_first: bool = True) -> Head:
    if not is_first:
        visit.robots = FOLLOWED
    return _told(
        visit,
        Head(
            address=visit.addresses.tag_url(name),
            title=f"#{name} · {visit.network.title}",
            picture=heads.picture_of_network(visit.network, visit.addresses),
            feeds=_feeds(visit, f"/tags/{quote(name)}", f"#{name}"),
            data=heads.as_script(schema_org.of_tag(name, visit.network, visit.addresses)),
        ),
    )


def of_account(visit: Visit, shown: ShownAccount, *, is_first: bool = True) -> Head:
    row, addresses = shown.account, visit.addresses
    name = row.display_name or row.username
    head = Head(
        address=row.url,
        title=f"{name} (@{row.acct}) · {visit.network.title}",
        description=heads.shorten(heads.plain(row.note_html)),
        kind="profile",
        picture=heads.picture_of_account(row, addresses),
        first_name=name,
        username=row.acct,
        author=_handle(visit, row.acct),
        feeds=_feeds(visit, f"/@{row.acct}", name) if row.domain is None else [],
        me=[found for one in row.fields for found in _HREF.findall(one.html)][:8],
    )
    if row.domain is not None or not row.is_indexable:
        visit.robots = HIDDEN
    elif not is_first:
        visit.robots = FOLLOWED
    else:
        head.data = heads.as_script(schema_org.of_account(shown, addresses))
    return _told(visit, head)


def of_status(visit: Visit, main: Shown, answers: list[Shown]) -> Head:
    row, author, addresses = main.status, main.author, visit.addresses
    address = row.url or row.uri
    name = author.display_name or author.username
    is_found = author.is_indexable and row.visibility == "public" and row.is_local
    visit.robots = "" if is_found else HIDDEN
    if row.visibility not in {"public", "unlisted"}:
        return Head(address=address, title="")
    picture = heads.picture_of_status(main, addresses)
    title = visit.locale.text("%(name)s on %(network)s", name=name, network=visit.network.title)
    return _told(
        visit,
        Head(
            address=address,
            title=title,
            description=heads.summary(main),
            kind="article",
            picture=picture or heads.picture_of_account(author, addresses),
            is_large=heads.is_wide(picture),
            video=heads.first_media(main, ("video", "gifv"), addresses),
            audio=heads.first_media(main, ("audio",), addresses),
            published=iso(row.created_at),
            modified=iso(row.edited_at) if row.edited_at else "",
            author=_handle(visit, author.acct),
            tags=[] if row.spoiler_text else list(row.tags),
            oembed=f"{addresses.root}/api/oembed?url={quote(address, safe='')}"
            if row.is_local
            else "",
            data=heads.as_script(schema_org.of_status(main, answers, addresses))
            if is_found
            else Markup(""),
        ),
    )


def of_result(visit: Visit, main: Shown, told: str) -> Head:
    """A poll's result, told in a line; nothing of a poll that is not for everybody."""
    row = main.status
    address = f"{visit.addresses.root}/polls/{row.poll.id if row.poll else 0}"
    visit.robots = HIDDEN  # the status's own page is to be found
    if row.visibility not in {"public", "unlisted"}:
        return Head(address=address, title="")
    title = visit.locale.text(N_("Result: %(question)s"), question=heads.summary(main, 80))
    return _told(
        visit,
        Head(
            address=address,
            title=title,
            description=heads.shorten(told),
            picture=heads.picture_of_network(visit.network, visit.addresses),
            author=_handle(visit, main.author.acct),
        ),
    )


def of_petition(
    visit: Visit, petition: Petition, signatures: int, author: AccountRow | None
) -> Head:
    """Whom it asks and how many signed, then its text: what other servers and messengers show of it."""
    locale = visit.locale
    told = [
        locale.text(N_("To: %(addressee)s"), addressee=petition.addressee),
        locale.text(
            N_("%(count)s of %(goal)s signatures"),
            count=locale.number(signatures),
            goal=locale.number(petition.goal),
        ),
        petition.text,
    ]
    head = of_text(visit, f"/petitions/{petition.id}", petition.title, " · ".join(told))
    if visit.login is None:
        head.kind = "article"
        head.published = iso(petition.created_at)
        head.author = _handle(visit, author.acct) if author is not None else ""
    return head


def of_draw(visit: Visit, draw: Draw, author: AccountRow | None) -> Head:
    """What is to be won; of one whose author left or is suspended, that there was a draw."""
    title = draw.title or visit.locale.text(N_("A draw"))
    head = of_text(visit, f"/draws/{draw.id}", title, draw.prizes)
    if visit.login is None:
        head.kind = "article"
        head.published = iso(draw.created_at)
        head.author = _handle(visit, author.acct) if author is not None else ""
    return head


def of_room(visit: Visit, room: Room, host: AccountRow | None) -> Head:
    """Who speaks, and when."""
    said = visit.locale.text(
        N_("Live on %(moment)s"), moment=visit.locale.moment(room.started_at or room.starts_at)
    )
    head = of_text(visit, f"/rooms/{room.id}", room.title, said)
    if visit.login is None and host is not None:
        head.author = _handle(visit, host.acct)
    return head


def _feeds(visit: Visit, path: str, title: str) -> list[Feed]:
    return [
        Feed(f"{visit.addresses.root}{path}.{ending}", kind, f"{title} ({called})")
        for ending, kind, called in (("rss", RSS, "RSS"), ("atom", ATOM, "Atom"))
    ]


def _handle(visit: Visit, acct: str) -> str:
    return f"@{acct}" if "@" in acct else f"@{acct}@{visit.addresses.domain}"


def _told(visit: Visit, head: Head) -> Head:
    if visit.login is None:
        return head
    return Head(address=head.address, title="", feeds=head.feeds, me=head.me)
