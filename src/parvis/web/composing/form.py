"""The fields of the composer as browsers send them, and what they mean."""

from datetime import UTC, datetime, tzinfo

import msgspec
from starlette.datastructures import UploadFile

from parvis.domain.drafts.types import Written, WrittenMedia, WrittenPoll
from parvis.domain.errors import Invalid
from parvis.domain.events import Visibility
from parvis.domain.statuses.draft import MAX_MEDIA, Draft, PollDraft
from parvis.domain.statuses.eligible import Rules
from parvis.protocols.ids import Id


class ComposeForm(msgspec.Struct):
    """`alt`, `focus`, `place` and `drop` are named by the id of a picture; `file_1` to `file_4` with
    `about_1` to `about_4` are new ones. `after` is the key of the message before, in a thread.
    """

    key: str = ""
    do: str = ""  # which button
    version: int = 0
    writer: str = ""
    text: str = ""
    spoiler_text: str = ""
    language: str = ""
    visibility: Visibility | None = None
    sensitive: bool = False
    reply: Id | None = None
    after: str = ""
    edit: Id | None = None
    media_ids: list[Id] = []
    alt: dict[str, str] = {}
    focus: dict[str, str] = {}
    place: dict[str, str] = {}
    drop: dict[str, str] = {}
    reminded: bool = False  # that a picture has no description
    file_1: UploadFile | None = None
    file_2: UploadFile | None = None
    file_3: UploadFile | None = None
    file_4: UploadFile | None = None
    about_1: str = ""
    about_2: str = ""
    about_3: str = ""
    about_4: str = ""
    option: list[str] = []
    expires_in: int | None = None
    ends_at: str = ""  # as a field for a day and an hour sends it, by the writer's clock
    kind: str = ""  # single, multiple, ranked
    hide_totals: bool = False
    changeable: bool = False
    rule_age: int | None = None
    rule_followers: bool = False
    rule_followed: bool = False
    rule_local: bool = False
    rule_site: str = ""
    rule_email: str = ""
    rule_list: Id | None = None
    rule_invitations: int | None = None
    secret: bool = False

    def files(self) -> list[tuple[int, UploadFile, str]]:
        """What was chosen, each with the number of its field and its description."""
        rows = [
            (number, getattr(self, f"file_{number}"), getattr(self, f"about_{number}"))
            for number in range(1, MAX_MEDIA + 1)
        ]
        return [(number, file, about) for number, file, about in rows if file and file.filename]

    def media(self) -> list[WrittenMedia]:
        """Pictures that stay, in the order asked for."""
        ids = [id_ for id_ in dict.fromkeys(self.media_ids) if str(id_) not in self.drop]
        ids.sort(key=self._place)
        return [
            WrittenMedia(id_, _lines(self.alt.get(str(id_), "")), self.focus.get(str(id_), ""))
            for id_ in ids
        ]

    def _place(self, id_: int) -> int:
        asked = self.place.get(str(id_), "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 3  # noqa: PLR2004 - of four
        return int(asked) if is_number else self.media_ids.index(id_) + 1

    def written(self) -> Written:
        """As a draft keeps it."""
        options = [option for option in self.option if option.strip()]
        return Written(
            text=self.text,
            spoiler_text=self.spoiler_text,
            visibility=self.visibility,
            language=self.language,
            is_sensitive=self.sensitive,
            in_reply_to_id=self.reply or None,
            status_id=self.edit or None,
            media=self.media(),
            poll=WrittenPoll(
                options,
                self.expires_in,
                is_multiple=self.kind == "multiple",
                hides_totals=self.hide_totals,
                is_ranked=self.kind == "ranked",
                is_changeable=self.changeable,
                ends_at=self.ends_at.strip(),
                rules=self.rules(),
                is_secret=self.secret,
            )
            if options
            else None,
        )

    def rules(self) -> Rules:
        return Rules(
            self.rule_age,
            followers_only=self.rule_followers,
            followed_only=self.rule_followed,
            verified_domain=self.rule_site.strip() or None,
            local_only=self.rule_local,
            list_id=self.rule_list,
            invitations=self.rule_invitations,
            email_domain=self.rule_email.strip() or None,
        )

    def draft(self, zone: tzinfo | None) -> Draft:
        """As it is published; `zone` is where the writer's clock is."""
        written = self.written()
        poll = written.poll
        return Draft(
            text=written.text.lstrip(" ") if written.in_reply_to_id else written.text,
            spoiler_text=written.spoiler_text,
            visibility=written.visibility,
            is_sensitive=written.is_sensitive,
            language=written.language or None,
            in_reply_to_id=written.in_reply_to_id,
            media_ids=[one.id for one in written.media],
            poll=poll and _asked(poll, zone),
            idempotency_key=self.key or None,
        )


def _asked(poll: WrittenPoll, zone: tzinfo | None) -> PollDraft:
    return PollDraft(
        poll.options,
        poll.expires_in_s,
        poll.is_multiple,
        poll.hides_totals,
        is_ranked=poll.is_ranked,
        is_changeable=poll.is_changeable,
        is_secret=poll.is_secret,
        rules=poll.rules,
        ends_at=_moment(poll.ends_at, zone) if poll.ends_at else None,
    )


def _moment(text: str, zone: tzinfo | None) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone or UTC)
    except ValueError:
        raise Invalid("poll[expires_in]", "Validation failed: This is no day and hour") from None


def _lines(text: str) -> str:
    """Browsers end lines as in 1982 (HTML §4.10.21.8)."""
    return text.replace("\r\n", "\n")
