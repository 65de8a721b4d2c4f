"""Every command that publishes passes the one gate (domain/accounts/gate.py).

The accident behind it: a suspended account that could no longer publish could still rename itself,
and its last words became its name.
"""

from tests.rules.source import Command, commands, tables_inserted

from parvis.infra.sql import queries

# What others can see of a person: who writes here for them must have passed the gate.
PUBLISHED = {
    "statuses", "favourites", "ballots", "follows", "follow_requests", "reports", "polls",
    "media_attachments", "endorsements", "featured_tags", "status_pins", "mentions",
    "petitions", "petition_versions", "petition_signatures",
    "rooms", "room_people", "room_questions", "room_captions",
}  # fmt: skip

# Command → why it may write there without the gate.
FREE: dict[str, str] = {
    "petitions.start": "it publishes the status that announces it, which passes",
    "relationships.authorize": "letting a follower in publishes nothing of one's own",
}


def writes(command: Command) -> set[str]:
    """Published tables that get new rows: taking back what one published is never refused."""
    texts = dict(queries(f"parvis.domain.{command.noun}"))
    return {
        table
        for name in command.statements
        if name in texts
        for table in tables_inserted(texts[name])
    }


def test_publishing_commands_pass_the_gate() -> None:
    passing_by = [
        f"{command.noun}.{command.name}"
        for command in commands()
        if writes(command) & PUBLISHED
        and not command.calls & {"gate", "gate_and", "gate_each"}
        and f"{command.noun}.{command.name}" not in FREE
    ]
    assert not passing_by, f"pass the gate, or say in FREE why not: {passing_by}"


def test_free_commands_still_exist_and_publish() -> None:
    known = {f"{command.noun}.{command.name}": command for command in commands()}
    stale = [name for name in FREE if name not in known or not writes(known[name]) & PUBLISHED]
    assert not stale


def test_the_rule_sees_publish_and_its_gate() -> None:
    publish = next(one for one in commands() if (one.noun, one.name) == ("statuses", "publish"))
    assert "statuses" in writes(publish)
    assert "gate_and" in publish.calls
