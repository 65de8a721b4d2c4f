"""What somebody wants to publish, and whether it can be: everything that needs no database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import structs

from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Visibility
from parvis.domain.statuses.eligible import Rules, check_rules
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.protocols import languages
from parvis.protocols import text as texts
from parvis.protocols.emoji import find_shortcodes
from parvis.protocols.ids import MAX_ID

MAX_LENGTH = 500
MAX_MEDIA = 4
MAX_KEY = 255  # characters of an idempotency key
MAX_OPTIONS = 50
MAX_OPTION_LENGTH = 50
POLL_SHORTEST_S = 60
POLL_DEFAULT_S = 86_400
POLL_LONGEST_S = 365 * 86_400


class BallotKey(msgspec.Struct, frozen=True):
    """Of a secret ballot: what signs tokens, the private half sealed."""

    public: bytes
    private: str


class PollDraft(msgspec.Struct, frozen=True):
    """None in an edit: as it is; else the default, which is no."""

    options: list[str]
    expires_in_s: int | None = None  # None: a day
    is_multiple: bool = False
    hides_totals: bool = False
    is_ranked: bool | None = None  # then it is multiple too
    is_changeable: bool | None = None
    rules: Rules | None = None
    ends_at: datetime | None = None  # takes the place of expires_in_s
    is_secret: bool = False
    key: BallotKey | None = None  # of a secret ballot (statuses/secret_asking.py)

    def ends(self, moment: datetime) -> datetime:
        """When it ends that opens at `moment`."""
        return self.ends_at or moment + timedelta(seconds=self.expires_in_s or POLL_DEFAULT_S)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to publish. None: the account's own default."""

    text: str = ""
    spoiler_text: str = ""
    visibility: Visibility | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: list[int] = []
    poll: PollDraft | None = None
    idempotency_key: str | None = None
    app_id: int | None = None
    published_at: datetime | None = None  # what is brought in from elsewhere; None: now


def check(draft: Draft) -> tuple[Draft, texts.Parsed]:
    """Whether it can be published at all, before anything is asked of the database."""
    text = clean(draft.text, "status", MAX_LENGTH * 40)
    spoiler = clean(draft.spoiler_text, "spoiler_text", MAX_LENGTH * 40)
    if not text.strip() and not spoiler.strip() and not draft.media_ids:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    parsed = texts.parse(text)
    if texts.length(parsed) + texts.length(spoiler) > MAX_LENGTH:
        raise Invalid(
            "text",
            f"Validation failed: Text character limit of {MAX_LENGTH} exceeded",
            reason="ERR_TOO_LONG",
        )
    _check_attached(draft)
    return structs.replace(
        draft,
        text=text,
        spoiler_text=spoiler,
        language=check_language(draft.language),
        poll=draft.poll and check_poll(draft.poll),
        media_ids=list(dict.fromkeys(draft.media_ids)),
    ), parsed


def _check_attached(draft: Draft) -> None:
    if len(draft.media_ids) > MAX_MEDIA:
        raise Invalid("media_ids", f"Validation failed: Cannot attach more than {MAX_MEDIA} files")
    if any(not 0 < id_ <= MAX_ID for id_ in draft.media_ids):
        raise Invalid("media_ids", "Validation failed: Media ids are whole numbers from 1 up")
    if draft.in_reply_to_id is not None and not 0 < draft.in_reply_to_id <= MAX_ID:
        raise NotFound
    if draft.poll is not None and draft.media_ids:
        raise Invalid("poll", "Validation failed: Cannot attach both a poll and media; choose one")
    if draft.published_at is not None and draft.published_at > now():
        raise Invalid("published_at", "Validation failed: Nothing is published in the future")
    if draft.idempotency_key is not None:
        clean(draft.idempotency_key, "Idempotency-Key", MAX_KEY)


def check_language(language: str | None) -> str | None:
    """The one code of a language, None for none said."""
    if not language:
        return None
    try:
        return languages.parse_language(language)
    except languages.LanguageInvalid:
        raise Invalid(
            "language", "Validation failed: Language is not one with a code of ISO 639"
        ) from None


def check_poll(poll: PollDraft) -> PollDraft:
    options = [clean(option, "poll[options]", 4_000).strip() for option in poll.options]
    if len(options) < 2:  # noqa: PLR2004 - one answer is no question
        raise Invalid("poll[options]", "Validation failed: Options must have at least two items")
    if len(options) > MAX_OPTIONS:
        raise Invalid(
            "poll[options]",
            f"Validation failed: Options can't contain more than {MAX_OPTIONS} items",
        )
    if any(not option for option in options):
        raise Invalid("poll[options]", "Validation failed: Options can't be blank")
    if any(len(option) > MAX_OPTION_LENGTH for option in options):
        raise Invalid(
            "poll[options]",
            f"Validation failed: Options can't be longer than {MAX_OPTION_LENGTH} characters each",
        )
    if len({option.casefold() for option in options}) < len(options):
        raise Invalid("poll[options]", "Validation failed: Options can't contain duplicate items")
    return structs.replace(
        poll,
        options=options,
        is_multiple=poll.is_multiple or bool(poll.is_ranked),
        rules=poll.rules and check_rules(poll.rules),
        **_checked_end(poll),
    )


def kind_columns(poll: PollDraft | None) -> tuple[bool, bool, object]:
    """As statements take what is ours of a poll: is it ranked, are votes changeable, for whom."""
    if poll is None:
        return False, False, None
    rules = msgspec.to_builtins(poll.rules) if poll.rules else None
    return bool(poll.is_ranked), bool(poll.is_changeable), rules


def _checked_end(poll: PollDraft) -> dict[str, Any]:
    if poll.ends_at is None:
        if poll.expires_in_s is not None:
            _check_duration(poll.expires_in_s)
        return {}
    ends_at = poll.ends_at if poll.ends_at.tzinfo else poll.ends_at.replace(tzinfo=UTC)
    _check_duration((ends_at - now()).total_seconds())
    return {"ends_at": ends_at.astimezone(UTC)}


def _check_duration(seconds: float) -> None:
    if seconds < POLL_SHORTEST_S:
        raise Invalid(
            "poll[expires_in]", "Validation failed: Duration is too short (at least a minute)"
        )
    if seconds > POLL_LONGEST_S:
        raise Invalid(
            "poll[expires_in]",
            "Validation failed: Duration is too far into the future (at most a year)",
        )


def check_media(media_ids: list[int], found: list[dict[str, Any]]) -> None:
    """Whether what was found of the media to attach can be attached."""
    if len(found) < len(set(media_ids)):
        raise Invalid(
            "media_ids", "Validation failed: Media could not be found or is already attached"
        )
    if len(found) > 1 and any(media["kind"] in ("video", "audio", "gifv") for media in found):
        raise Invalid(
            "media_ids", "Validation failed: Cannot attach a film or sound beside other files"
        )
    if any(media["state"] == "waiting" for media in found):
        raise Invalid(
            "media_ids",
            "Cannot attach files that have not finished processing. Try again in a moment!",
        )
    if any(media["state"] == "failed" for media in found):
        raise Invalid(
            "media_ids", "Validation failed: A file could not be processed; upload it again"
        )


def named_accounts(parsed: texts.Parsed, addresses: Addresses) -> tuple[list[str], list[str]]:
    """Usernames and domains ("": of this network) of everyone a text names, as SQL is given them."""
    mentions = sorted({(m.username.lower(), _domain(m, addresses) or "") for m in parsed.mentions})
    return [name for name, _ in mentions], [domain for _, domain in mentions]


def named_emojis(draft: Draft) -> list[str]:
    """Shortcodes in the text, the warning and the options."""
    options = draft.poll.options if draft.poll else ()
    return sorted(find_shortcodes(" ".join((draft.text, draft.spoiler_text, *options))))


def mention_links(
    parsed: texts.Parsed, mentioned: list[dict[str, Any]], addresses: Addresses
) -> Mapping[str, tuple[str, str]]:
    """Each mention as written → (address of the page, username), for those who exist."""
    known = {(m["username"].lower(), m["domain"]): (m["url"], m["username"]) for m in mentioned}
    links: dict[str, tuple[str, str]] = {}
    for mention in parsed.mentions:
        domain = _domain(mention, addresses)
        found = known.get((mention.username.lower(), domain))
        if found is not None:
            links[mention.acct] = found
    return links


def _domain(mention: texts.Mention, addresses: Addresses) -> str | None:
    """Where a mentioned account lives; None: here."""
    domain = mention.domain and mention.domain.lower()
    return None if domain == addresses.domain else domain
