"""Starting a petition, changing its text, closing it: in its log from the first moment."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from parvis.domain.access.types import Login
from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Forbidden, Invalid, Mistakes, NotFound, TooMany
from parvis.domain.events import PetitionRewritten
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.petitions import record
from parvis.domain.petitions.types import Verifier
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.publish import publish
from parvis.domain.transparency import openings
from parvis.domain.transparency.appending import Manifest, open_log
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

TITLE_LONGEST = 120
TEXT_LONGEST = 20_000
ADDRESSEE_LONGEST = 120
GOAL_MOST = 1_000_000_000
PLACES_MOST = 300
PLACE_LONGEST = 60
DOMAINS_MOST = 50
DOMAIN_LONGEST = 253
DAYS_MOST = 3 * 366
KEY_BYTES = 32
DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")  # in any writing
REWRITINGS = Limit(5, 86_400)  # letters to all who signed


class PetitionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants signed. `days` None: until they close it."""

    title: str
    text: str
    addressee: str
    addressee_id: int | None = None
    goal: int = 1_000
    places: list[str] = []
    verifier: Verifier = "none"
    domains: list[str] = []
    roll_id: int | None = None
    issuer_id: int | None = None
    takes_strangers: bool = False
    days: int | None = None
    language: str | None = None


class Rewriting(msgspec.Struct, frozen=True):
    """Another version of a text."""

    title: str
    text: str
    goal: int


async def start(
    tx: Tx, login: Login, draft: PetitionDraft, network: NetworkSettings, addresses: Addresses
) -> int:
    """Start a petition and announce it by a status; answers its id. Told: StatusPublished."""
    if not may_start(login, network):
        raise Forbidden("Petitions are not yours to start here", reason="petitions")
    draft = check(draft)
    if not network.petitions_take_strangers:
        draft = msgspec.structs.replace(draft, takes_strangers=False)
    ids = await tx.fetchrow(Q.new_id, draft.roll_id, draft.issuer_id)
    _check_grounds(draft, ids)
    petition_id = ids["petition_id"]
    closes_at = now() + timedelta(days=draft.days) if draft.days else None
    announced = Draft(
        text=f"{draft.title}\n\n{address_of(petition_id, addresses)}",
        visibility="public",
        language=draft.language,
    )
    status_id = await publish(tx, login.account_id, announced, addresses)
    manifest = _manifest(draft, ids, login.account_id, closes_at)
    await open_log(tx, addresses, "petition", petition_id, manifest)
    await tx.execute(
        Q.start,
        petition_id,
        login.account_id,
        status_id,
        ids["log_id"],
        secrets.token_bytes(KEY_BYTES),
        draft.goal,
        draft.addressee,
        draft.addressee_id,
        draft.places,
        draft.verifier,
        draft.domains,
        draft.roll_id,
        draft.takes_strangers,
        closes_at,
        draft.title,
        draft.text,
        draft.issuer_id,
    )
    return petition_id


def _check_grounds(draft: PetitionDraft, found: Any) -> None:
    if draft.verifier == "roll" and found["people"] is None:
        raise Invalid("verifier", "Validation failed: This list is not there")
    if draft.verifier == "openid" and found["issuer"] is None:
        raise Invalid("verifier", "Validation failed: This service is not there")


def address_of(petition_id: int, addresses: Addresses) -> str:
    return f"{addresses.root}/petitions/{petition_id}"


def may_start(login: Login | None, network: NetworkSettings) -> bool:
    """Whether the network lets this person start petitions."""
    if login is None or not login.account_id or network.petitions_by == "nobody":
        return False
    return network.petitions_by == "members" or login.is_staff


def _manifest(
    draft: PetitionDraft, ids: Any, account_id: int, closes_at: datetime | None
) -> Manifest:
    texts = {
        "title": openings.sealed(draft.title),
        "text": openings.sealed(draft.text),
        "addressee": openings.sealed(draft.addressee),
        "author": openings.sealed(str(account_id)),
    }
    eligible: dict[str, object] = {"verifier": draft.verifier}
    if draft.verifier == "email domain":
        eligible["domains"] = draft.domains
    if draft.verifier == "roll":
        eligible["people"] = ids["people"]
    if draft.verifier == "openid":
        eligible |= {"issuer": ids["issuer"], "claim": ids["claim"], "value": ids["claim_value"]}
    entry = record.manifest(
        ids["petition_id"],
        {name: one.hashed for name, one in texts.items()},
        {
            "goal": draft.goal,
            "places": draft.places,
            "eligible": eligible,
            "without_account": draft.takes_strangers,
        },
        closes_at,
    )
    return Manifest(entry, tuple(texts.values()), account_id, ids["log_id"])


async def rewrite(tx: Tx, account_id: int, petition_id: int, said: Rewriting) -> int:
    """Give one's own petition another text; answers its version. Those who signed are asked again, which is
    why an author may do it a few times a day. A text that is the same is no version: signatures stay in
    force, and at most the goal is another. Three statements. Told: PetitionRewritten.
    """
    wrong = Mistakes()
    title, text = wrong.of(check_words, said.title, said.text, otherwise=("", ""))
    wrong.of(_check_goal, said.goal, otherwise=None)
    wrong.tell()
    held = await hold_own(tx, account_id, petition_id)
    if (title, text) == (held["title"], held["text"]):
        if said.goal != held["goal"]:
            tx.touch(Fact.STATUS, held["status_id"])  # its card has the goal
            await tx.execute(Q.set_goal, petition_id, said.goal, record.goal(said.goal))
        return held["version"]
    taken = tx.db.limits.take(REWRITINGS, "rewriting", petition_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    number = held["version"] + 1
    sealed = (openings.sealed(title), openings.sealed(text))
    entry = record.version(number, sealed[0].hashed, sealed[1].hashed, said.goal)
    words = openings.columns(sealed, None, account_id)[1:]
    await tx.execute(Q.amend, petition_id, number, said.goal, title, text, entry, *words)
    tx.touch(Fact.STATUS, held["status_id"])  # its card has the title
    tx.emit(PetitionRewritten(petition_id=petition_id))
    return number


async def hold_own(tx: Tx, account_id: int, petition_id: int) -> Any:
    """One's own open petition, held. Refused: there is none, or one may not act."""
    _, row = await gate_and(tx, Act(account_id, "petition"), Q.hold_own, account_id, petition_id)
    if row["id"] is None:
        raise NotFound("You have no open petition of this id", reason="no_petition")
    return row


def check(draft: PetitionDraft) -> PetitionDraft:
    """What can be said without asking the database, all at once; texts as they will be kept."""
    wrong = Mistakes()
    title, text = wrong.of(check_words, draft.title, draft.text, otherwise=("", ""))
    addressee = wrong.of(_written, draft.addressee, "addressee", ADDRESSEE_LONGEST, otherwise="")
    wrong.of(_check_goal, draft.goal, otherwise=None)
    wrong.of(_check_days, draft.days, otherwise=None)
    places = wrong.of(
        _lines, draft.places, "places", PLACES_MOST, PLACE_LONGEST, otherwise=list[str]()
    )
    domains = wrong.of(_domains, draft, otherwise=list[str]())
    wrong.tell()
    return msgspec.structs.replace(
        draft,
        title=title,
        text=text,
        addressee=addressee,
        places=places,
        domains=domains,
        roll_id=draft.roll_id if draft.verifier == "roll" else None,
        issuer_id=draft.issuer_id if draft.verifier == "openid" else None,
    )


def check_words(title: str, text: str) -> tuple[str, str]:
    wrong = Mistakes()
    title = " ".join(wrong.of(_written, title, "subject", TITLE_LONGEST, otherwise="").split())
    text = wrong.of(_written, text, "text", TEXT_LONGEST, otherwise="")
    wrong.tell()
    return title, text


def _written(text: str, field: str, longest: int) -> str:
    words = clean(text, field, longest).strip()
    if not words:
        raise Invalid(
            field, f"Validation failed: {field.title()} can't be blank", reason="ERR_BLANK"
        )
    return words


def _check_days(days: int | None) -> None:
    if days is not None and not 0 < days <= DAYS_MOST:
        raise Invalid("lasts", "Validation failed: A petition runs for three years at most")


def _check_goal(goal: int) -> None:
    if not 0 < goal <= GOAL_MOST:
        raise Invalid("goal", "Validation failed: A goal is a number from 1 to a thousand million")


def _domains(draft: PetitionDraft) -> list[str]:
    if draft.verifier != "email domain":
        return []
    names = _lines(
        [one.lower().lstrip("@") for one in draft.domains], "domains", DOMAINS_MOST, DOMAIN_LONGEST
    )
    if not names or not all(DOMAIN.fullmatch(one) for one in names):
        raise Invalid("domains", "Validation failed: Write domains such as example.org")
    return names


def _lines(said: list[str], field: str, most: int, longest: int) -> list[str]:
    """Each once, in the order they came, without blank ones."""
    lines = list(dict.fromkeys(" ".join(clean(one, field, longest).split()) for one in said))
    lines = [one for one in lines if one]
    if len(lines) > most:
        raise Invalid(field, f"Validation failed: {most} lines at most")
    return lines
