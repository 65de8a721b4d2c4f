"""Lists of petitions, and one with what it counts."""

import difflib
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountRow
from parvis.domain.errors import NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.petitions import receipts, showing
from parvis.domain.petitions.showing import Which
from parvis.domain.petitions.starting import may_start
from parvis.domain.petitions.types import OwnSignature, Petition, Tally
from parvis.infra.clock import now
from parvis.web import charts, previews
from parvis.web import showing as texts
from parvis.web.locales import N_
from parvis.web.pages.acts import asked_id
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/petitions"
LISTED = 20
NAMES = 12  # of signatories on the petition's own page
DAYS_MOST = 90  # of the chart
PLACE_DIGITS = 5
SAID = {
    "signed": N_("You have signed. Here is your receipt."),
    "signed_before": N_(
        "This text is signed already with this account, address, line or log-in: once is what counts."
    ),
    "signed_link": N_(
        "You have signed. Keep the address of this page: it shows your receipt, and takes the signature back."
    ),
    "letter": N_("A letter is on its way to you. You sign by opening its link within two days."),
    "withdrawn": N_("Your signature is withdrawn, and counts no more."),
    "forgotten": N_("Your name is erased. Your signature still counts."),
    "started": N_("Your petition is there, and announced to everybody."),
    "rewritten": N_("The new text is there. Members who signed the one before are asked again."),
    "same_text": N_(
        "The text is as it was: all signatures stay in force, and nobody is asked again."
    ),
    "closed": N_("The petition is closed. Nobody can sign any more."),
    "answered": N_("Your answer stands on the petition’s page."),
    "removed": N_("The signature is removed. The public log says why."),
}
REASON_WORDS = {
    "not a person": N_("It is not a person’s"),
    "in another’s name": N_("It was given in somebody else’s name"),
    "abusive": N_("What stands there as a name is abusive"),
    "by order": N_("A court or an authority ordered it"),
    "other": N_("Another reason"),
}
CLOSED = {
    "its time was over": N_("Its time was over."),
    "closed by its author": N_("Its author closed it."),
    "its message was deleted": N_("The message that announced it was deleted."),
    "its author left": N_("Its author has left the network."),
}


class Difference(msgspec.Struct, frozen=True):
    """A line of a text beside the one before."""

    kind: Literal["same", "new", "gone"]
    text: str


@pages.get(PATH)
async def list_all(visit: Visit) -> Response:
    asked = visit.ask("which")
    which: Which = (
        "over" if asked == "over" else "mine" if asked == "mine" and visit.login else "open"
    )
    page = visit.page(size=LISTED)
    found = await showing.list_petitions(visit.db, visit.viewer_id, which, page)
    shown_first = not page.max_id and not page.min_id
    return visit.render(
        "petitions/list.html",
        found=found,
        which=which,
        may_start=may_start(visit.login, visit.network),
        authors=await people(visit, *(one.account_id for one in found)),
        older=f"{PATH}?which={which}&max_id={found[-1].id}" if len(found) == LISTED else "",
        newer=f"{PATH}?which={which}&min_id={found[0].id}" if found and not shown_first else "",
        head=previews.of_text(visit, PATH, visit.locale.text(N_("Petitions"))),
    )


@pages.get(PATH + "/{id}")
async def show(visit: Visit) -> Response:
    return await page_of(visit, await showing.find(visit.db, visit.viewer_id, asked_id(visit)))


@pages.get(PATH + "/of/{id}", who="member")
async def by_status(visit: Visit) -> Response:
    """The petition that a status announces: where notifications lead."""
    return visit.redirect(f"{PATH}/{await showing.find_of_status(visit.db, asked_id(visit))}")


async def page_of(
    visit: Visit, petition: Petition, said: Any = None, errors: dict[str, str] | None = None
) -> Response:
    """A petition's page; with what somebody typed and has to change."""
    db = visit.db
    own = await receipts.find_own(db, petition.id, visit.viewer_id) if visit.viewer_id else None
    tally = await showing.count(db, petition)
    accounts = await people(visit, petition.account_id, petition.addressee_id, visit.viewer_id)
    address = f"{PATH}/{petition.id}"
    return visit.render(
        "petitions/petition.html",
        422 if errors else 200,
        one=petition,
        own=own,
        tally=tally,
        body=texts.announcement(petition.text, visit.addresses),
        answer=texts.announcement(petition.answer or "", visit.addresses),
        accounts=accounts,
        drawn=_chart(tally),
        milestones=await showing.list_milestones(db, petition.id),
        signed_names=await showing.list_signatures(db, petition.id, visit.page(size=NAMES)),
        names_most=NAMES,
        command=f"parvis verify {visit.addresses.root}{address}",
        said=said or said_by(own, accounts.get(visit.viewer_id)),
        errors=errors or {},
        notice=visit.told(SAID),
        closed=CLOSED,
        head=previews.of_petition(
            visit, petition, tally.signatures, accounts.get(petition.account_id or NOBODY)
        ),
    )


class SignForm(msgspec.Struct):
    """What somebody signs with. `place`: its number, "" for none."""

    version: int = 0
    signature: str = ""
    shown: Literal["public", "initials", "hidden"] = "public"
    place: str = ""
    line: str = ""
    email: str = ""


def said_by(own: OwnSignature | None, me: AccountRow | None) -> SignForm:
    """The form as it is offered: with what this person signed before, or is called."""
    if own is not None:
        place = "" if own.place is None else str(own.place)
        return SignForm(signature=own.name or "", shown=own.shown, place=place)
    return SignForm(signature=texts.plain_name(me) if me is not None else "")


async def people(visit: Visit, *ids: int | None) -> dict[int, AccountRow]:
    shown = await visit.db.kept(Accounts).show(sorted({one for one in ids if one}))
    return {one.account.id: one.account for one in shown}


def _chart(tally: Tally) -> charts.Chart | None:
    """Signatures a day, days without any included."""
    if not tally.days:
        return None
    counted = dict(tally.days)
    last = max(*counted, now().date())
    first = max(min(counted), last - timedelta(days=DAYS_MOST - 1))
    days: list[date] = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return charts.draw(days, [max(counted.get(day, 0), 0) for day in days])


@pages.get(PATH + "/{id}/signatures")
async def list_names(visit: Visit) -> Response:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    page = visit.page(size=LISTED * 2)
    found = await showing.list_signatures(visit.db, petition.id, page)
    here, is_first = f"{PATH}/{petition.id}/signatures", not page.max_id and not page.min_id
    return visit.render(
        "petitions/signatures.html",
        one=petition,
        found=found,
        removals=await showing.list_removals(visit.db, petition.id) if is_first else [],
        reasons=REASON_WORDS,
        older=f"{here}?max_id={found[-1].id}" if len(found) == page.limit else "",
        newer=f"{here}?min_id={found[0].id}" if found and not is_first else "",
        notice=visit.told(SAID),
    )


@pages.get(PATH + "/{id}/versions")
async def list_versions(visit: Visit) -> Response:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    found = await showing.list_versions(visit.db, petition.id)
    before = [*found[1:], None]
    return visit.render(
        "petitions/versions.html",
        one=petition,
        found=[(now_, differences(then, now_)) for now_, then in zip(found, before, strict=True)],
    )


def differences(then: showing.Version | None, newer: showing.Version) -> list[Difference]:
    """Line by line what a version changed; the first one is all as it was."""
    lines = [newer.title, *newer.text.split("\n")]
    if then is None:
        return [Difference("same", line) for line in lines]
    old, made = [then.title, *then.text.split("\n")], list[Difference]()
    matcher = difflib.SequenceMatcher(None, old, lines, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            made += [Difference("same", line) for line in lines[c:d]]
            continue
        made += [Difference("gone", line) for line in old[a:b]]
        made += [Difference("new", line) for line in lines[c:d]]
    return made


def place_of(text: str, petition: Petition) -> int | None:
    """Which place was chosen; what is no place of the list is refused where it is signed."""
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) <= PLACE_DIGITS
    return int(text) if is_number else len(petition.places)


def own_or_404(petition: Petition, visit: Visit) -> None:
    if petition.account_id != visit.viewer_id:
        raise NotFound
