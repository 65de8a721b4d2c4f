"""Poll as the API shows it: never kept, since its tally, its end and the viewer's vote all move."""

import base64
from datetime import datetime

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.ids import NOBODY
from parvis.domain.polls.invitations import Invitation
from parvis.domain.polls.issuing import Issued
from parvis.domain.polls.receipts import VoteReceipt as Found
from parvis.domain.statuses.eligible import Name, rules_of, said
from parvis.domain.statuses.types import PollKind, Shown, StatusCounters, StatusRow
from parvis.infra.clock import now
from parvis.mastodon_api.entities.emojis import CustomEmoji, emojis_of
from parvis.protocols.emoji import find_shortcodes
from parvis.protocols.ranked import Outcome
from parvis.protocols.timestamps import iso


class PollOption(msgspec.Struct):
    title: str
    votes_count: int | None  # None: hidden until the end


class PollRule(msgspec.Struct):
    """Ours: a rule of who may vote; `value` its number or domain."""

    rule: Name
    value: int | str | None
    description: str


class PollRound(msgspec.Struct):
    """Ours: of a ranked poll. `votes` by option; null for those that were out."""

    votes: list[int | None]
    exhausted: int
    eliminated: int | None  # null in the last round


class PollOutcome(msgspec.Struct):
    """Ours: of a ranked poll that is closed."""

    winner: int | None  # null: nobody voted
    ballots: int
    rounds: list[PollRound]


class Poll(msgspec.Struct):
    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: bool | msgspec.UnsetType = msgspec.UNSET  # nobody is logged in
    own_votes: list[int] | msgspec.UnsetType = msgspec.UNSET
    secret: bool | msgspec.UnsetType = msgspec.UNSET  # ours: voted in on its page alone
    promise: str | msgspec.UnsetType = msgspec.UNSET  # ours: of the log, in the answer to a vote
    kind: PollKind = "single"  # this and the following are ours
    changeable: bool = False
    hide_totals: bool = False
    rules: list[PollRule] = []
    eligible: int | None = None  # how many may vote, where that is a closed list
    log: str | None = (
        None  # the address below which its log lies; null: asked before there were logs
    )
    outcome: PollOutcome | None = None


class PollInvitation(msgspec.Struct):
    """Ours: an invitation to vote, for one account."""

    url: str
    used: bool


class BallotToken(msgspec.Struct):
    """Ours: the signature of a blinded message, and the log's entry that says that it was given."""

    signature: str  # base64
    entry: str


class VoteReceipt(msgspec.Struct):
    """Ours: one's own ballot in the public log."""

    poll_id: str
    choices: list[int]
    log: str  # the address below which checkpoint and tiles lie
    entry: str  # as it stands there
    promise: str | None
    proof: str | None  # None: it waits for its place
    proof_url: str


def poll_entity(shown: Shown, viewer_id: int, addresses: Addresses, moment: datetime) -> Poll:
    """The poll of a status that has one. Its author counts as having voted: they see the tally."""
    poll = _without_viewer(shown.status, shown.counters, addresses, moment)
    if viewer_id != NOBODY:
        choices = shown.verdict.choices
        poll.voted = choices is not None or shown.status.account_id == viewer_id
        poll.own_votes = choices or []
    return poll


def _without_viewer(
    status: StatusRow, counters: StatusCounters, addresses: Addresses, moment: datetime
) -> Poll:
    row = status.poll
    if row is None:
        raise ValueError("the status has no poll")
    is_over = row.expires_at is not None and row.expires_at <= moment
    is_hidden = row.hides_totals and not is_over
    tallies = counters.tallies or [0] * len(row.options)
    return Poll(
        id=str(row.id),
        expires_at=iso(row.expires_at) if row.expires_at else None,
        expired=is_over,
        # Of a ranked poll an app that knows no ranks takes one choice, the first: a ballot as good as any.
        multiple=row.is_multiple and not row.is_ranked,
        # The sum of choices of several would tell something of what is hidden.
        votes_count=(counters.voters or 0) if is_hidden else sum(tallies),
        voters_count=counters.voters or 0,
        options=[
            PollOption(title, None if is_hidden else votes)
            for title, votes in zip(row.options, tallies, strict=True)
        ],
        emojis=_emojis(status, row.options, addresses),
        secret=row.is_secret or msgspec.UNSET,
        kind=row.kind,
        changeable=row.is_changeable,
        hide_totals=row.hides_totals,
        rules=[PollRule(rule.name, rule.value, said(rule)) for rule in rules_of(row.rules)],
        eligible=row.eligible,
        log=f"{addresses.root}/{row.log_path}" if row.log_path else None,
        outcome=_outcome(row.outcome, len(row.options)) if row.outcome else None,
    )


def _outcome(outcome: Outcome, options: int) -> PollOutcome:
    rounds = [
        PollRound(
            [one.votes.get(option) for option in range(options)],
            one.exhausted,
            one.eliminated.option if one.eliminated else None,
        )
        for one in outcome.rounds
    ]
    return PollOutcome(outcome.winner, outcome.ballots, rounds)


def invitation_entities(made: list[Invitation], addresses: Addresses) -> list[PollInvitation]:
    return [
        PollInvitation(f"{addresses.root}/polls/invitations/{one.code}", one.is_used)
        for one in made
    ]


def _emojis(status: StatusRow, options: list[str], addresses: Addresses) -> list[CustomEmoji]:
    """Of the status's emoji those that its options name."""
    if not status.emojis:
        return []
    named = find_shortcodes(" ".join(options))
    return emojis_of([one for one in status.emojis if one["shortcode"] in named], addresses)


def poll_bytes(shown: Shown, viewer_id: int, addresses: Addresses) -> bytes:
    return msgspec.json.encode(poll_entity(shown, viewer_id, addresses, now()))


def shared_bytes(status: StatusRow, counters: StatusCounters, addresses: Addresses) -> bytes:
    """A poll but for what concerns one viewer, to be ended by `voted_bytes`."""
    return msgspec.json.encode(_without_viewer(status, counters, addresses, now()))[:-1]


def voted_bytes(shared: bytes, choices: list[int], promised: bytes | None) -> bytes:
    """The poll as it is answered to who just voted."""
    end = b"}" if promised is None else b',"promise":%b}' % _quoted(promised)
    return b'%b,"voted":true,"own_votes":%b%b' % (shared, msgspec.json.encode(choices), end)


def _quoted(note: bytes) -> bytes:
    """A note as a text in JSON. Its lines are all that has to be written otherwise; were there more, the
    encoder would do it.
    """
    if b'"' in note or b"\\" in note:
        return msgspec.json.encode(note.decode())
    return b'"%b"' % note.replace(b"\n", b"\\n")


def token_bytes(issued: Issued) -> bytes:
    signature = base64.b64encode(issued.signature).decode()
    return msgspec.json.encode(BallotToken(signature, issued.entry.decode()))


def receipt_bytes(found: Found, addresses: Addresses) -> bytes:
    return msgspec.json.encode(
        VoteReceipt(
            poll_id=str(found.poll_id),
            choices=found.choices,
            log=f"{addresses.root}/{found.path}",
            entry=found.entry.decode(),
            promise=found.promise,
            proof=found.proof.decode() if found.proof else None,
            proof_url=f"{addresses.root}/{found.proof_path}",
        )
    )
