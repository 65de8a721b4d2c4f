"""SQL lives in files, fits the migrated schema, and writes only its own folder's tables.

The accident behind it: two nouns that both wrote one table kept two different rules about it, and
each was right in its own tests.
"""

import re

import asyncpg
import pytest
from tests.rules.source import DOMAIN, nouns, tables_written

from parvis.infra import jobs
from parvis.infra.sql import queries

# Events and idempotency keys are written with what they speak of, and a counter in the statement that
# changes what it counts: apart from it, a race would count wrong.
ANYBODY = {"outbox", "idempotency_keys", "account_counters"}

OWNED: dict[str, set[str]] = {
    "network": {
        "network_settings", "rules", "custom_emojis", "announcements", "announcement_reads",
        "announcement_reactions", "document_versions", "day_figures", "processes",
    },
    "accounts": {"accounts", "account_links"},
    "wakes": {"wakes"},
    "access": {
        "users", "one_time_links", "sessions", "apps", "authorization_codes", "access_tokens",
        "invitations",
        "code_generators", "recovery_codes", "passkeys", "log_in_steps",
    },
    "relationships": {
        "follows", "follow_requests", "blocks", "mutes", "account_domain_blocks", "account_notes",
        "endorsements", "suggestion_dismissals",
    },
    "lists": {"lists", "list_accounts"},
    "media": {"media_attachments"},
    "statuses": {
        "conversations", "statuses", "status_counters", "status_edits", "mentions", "tags",
        "status_tags", "favourites", "bookmarks", "status_pins", "conversation_mutes",
        "tag_follows", "featured_tags",
    },
    "drafts": {"drafts"},
    "petitions": {
        "petitions", "petition_versions", "petition_signatures", "petition_nullifiers", "petition_changes",
        "petition_tallies", "petition_milestones", "petition_requests", "petition_rolls",
        "petition_roll_lines", "petition_roll_pages", "petition_issuers", "petition_journeys",
    },
    "polls": {
        "polls", "ballots", "poll_electors", "poll_invitations", "erased_rankings", "ballot_keys",
        "ballot_tokens", "ballot_token_counts", "secret_ballots", "poll_populations", "poll_margins",
        "declarations", "declared_cells", "poll_signs", "poll_turnout", "poll_increments",
    },
    "draws": {"draws", "drawings", "draw_entrants", "draw_winners"},
    "rooms": {
        "rooms", "room_people", "room_questions", "room_question_votes", "room_captions", "room_reactions",
    },
    "calls": {"calls", "call_lines", "call_signals"},
    "timelines": {"home_entries", "markers"},
    "conversations": {"account_conversations"},
    "notifications": {"notifications"},
    "search": {"status_search"},
    "portability": {"archives", "imports", "import_rows"},
    "moderation": {"reports", "decisions"},
    "transparency": {
        "logs", "log_pending", "log_entries", "log_nodes", "log_keys", "log_openings", "log_witnesses",
        "witnessed_logs",
    },
}  # fmt: skip

# Statement → tables of others it may write, and why one statement has to.
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "statuses.publish": (
        {"media_attachments", "polls", "home_entries"},
        "a status, its media links, its poll and its place in the author's home appear together",
    ),
    "statuses.edit": (
        {"media_attachments", "polls"},
        "a status, its media links and its poll change together",
    ),
    "statuses.amend_poll": (
        {"log_pending", "log_openings", "polls"},
        "what a poll asks now stands in its log together with the texts behind it",
    ),
    "statuses.ask_secretly": (
        {"polls", "ballot_keys"},
        "a secret ballot has its key from its first moment",
    ),
    "polls.issue": (
        {"log_pending"},
        "a token is given if and only if the log will say so; one statement a token",
    ),
    "statuses.keep_manifest": ({"polls"}, "a poll begins with the status that asks it"),
    "statuses.enrol_listed": (
        {"polls", "poll_electors"},
        "who may vote is frozen in the transaction that asks, before the log says how many",
    ),
    "statuses.invite": (
        {"polls", "poll_invitations"},
        "who may vote is frozen in the transaction that asks, before the log says how many",
    ),
    "polls.cast": (
        {"log_pending", "log_openings"},
        "ballots count if and only if they will be in the log; one statement for many",
    ),
    "polls.change": (
        {"log_pending", "log_openings"},
        "a changed ballot counts if and only if it will be in the log",
    ),
    "petitions.sign": (
        {"log_pending", "log_openings"},
        "a signature counts if and only if it will be in the log; one statement signs",
    ),
    "petitions.take_back": (
        {"log_pending", "log_openings"},
        "a signature is gone if and only if the log will say so, and its name with it",
    ),
    "petitions.forget_name": (
        {"log_openings"},
        "a name is gone from the page and beside the log at once",
    ),
    "petitions.set_goal": ({"log_pending"}, "what is hoped for stands in the log as well"),
    "petitions.amend": (
        {"log_pending", "log_openings"},
        "what is signed now stands in the log together with the texts behind it",
    ),
    "petitions.answer": (
        {"log_pending", "log_openings"},
        "an answer stands in the log together with the text behind it",
    ),
    "petitions.reached": ({"log_pending"}, "a milestone is reached once, here and in the log"),
    "petitions.close": ({"log_pending"}, "the key is destroyed with the last count in the log"),
    "statuses.reblog": ({"home_entries"}, "a reblog and its place in the reblogger's home"),
    "statuses.delete": (
        {"media_attachments"},
        "to delete and redraft, the media must be free at once",
    ),
    "statuses.move_conversations": (
        {"account_conversations"},
        "who wrote a direct status finds it in the conversation with their next request",
    ),
    "access.register": (
        {"accounts"},
        "an account of this network and its user are one act",
    ),
    "timelines.fan_out": (
        {"accounts"},
        "an author who outgrew pushing is marked by the push that noticed",
    ),
}


def all_statements() -> list[tuple[str, str, str]]:
    return [
        (noun, name, text) for noun in nouns() for name, text in queries(f"parvis.domain.{noun}")
    ]


@pytest.mark.parametrize(
    ("noun", "name", "text"),
    [pytest.param(*one, id=f"{one[0]}.{one[1]}") for one in all_statements()],
)
def test_statement_writes_only_its_own_tables(noun: str, name: str, text: str) -> None:
    allowed = OWNED[noun] | ANYBODY | EXCEPTIONS.get(f"{noun}.{name}", (set(), ""))[0]
    common_tables = tables_written(text) - allowed
    assert not common_tables, f"{noun}/sql/{name}.sql writes {common_tables}"


async def test_every_statement_is_prepared_on_the_migrated_schema(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    failed: list[str] = []
    try:
        for noun, name, text in all_statements():
            try:
                await connection.prepare(text)
            except asyncpg.PostgresError as wrong:
                failed.append(f"{noun}.{name}: {wrong}")
    finally:
        await connection.close()
    assert not failed, "\n".join(failed)


def test_every_file_says_on_top_what_it_answers() -> None:
    silent = [
        str(path.relative_to(DOMAIN))
        for path in DOMAIN.rglob("*.sql")
        if not path.read_text("utf-8").startswith("-- ")
    ]
    assert not silent


def test_every_file_is_used() -> None:
    unused: list[str] = []
    for noun in nouns():
        source = "".join(path.read_text("utf-8") for path in (DOMAIN / noun).rglob("*.py"))
        unused += [
            f"{noun}.{path.stem}"
            for path in (DOMAIN / noun / "sql").glob("[!_]*.sql")
            if f"Q.{path.stem}" not in source and f'"{path.stem}"' not in source
        ]
    assert not unused


def test_what_is_leased_is_chosen_once() -> None:
    """With few rows the planner may run a subquery once for every row of what is changed: each time it
    finds, and locks, others than before, and more are changed than `limit` says.
    """
    found = [(f"{noun}.{name}", text) for noun, name, text in all_statements()]
    found.append(("infra.jobs.LEASE", jobs.LEASE))
    loose = [
        name
        for name, text in found
        for hold in re.finditer(r"\blimit \S+ for update", text)
        if (opening := opened(text[: hold.start()])) and not opening.endswith("as materialized")
    ]
    assert not loose


def opened(text: str) -> str:
    """What stands before the parenthesis that is still open at the end of a text; "" without one."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth < 0:
            return text[:place].rstrip()
    return ""


def test_exceptions_are_still_needed() -> None:
    texts = {f"{noun}.{name}": text for noun, name, text in all_statements()}
    stale = [
        name
        for name, (tables, _) in EXCEPTIONS.items()
        if name not in texts or not tables <= tables_written(texts[name])
    ]
    assert not stale


def test_reader_of_writes_sees_through_conflicts_and_locks() -> None:
    text = """
    with a as (insert into x (id) values (1) on conflict (id) do update set n = x.n + 1),
    b as (update only y set n = 1), c as (select from z for update skip locked)
    delete from w -- update nothing
    """
    assert tables_written(text) == {"x", "y", "w"}
