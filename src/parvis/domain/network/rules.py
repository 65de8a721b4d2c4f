"""The network's rules: what people agree to when they join, and what reports refer to."""

import msgspec

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.network")

MAX_TEXT = 300  # Mastodon's
MAX_HINT = 2_000
LAST_POSITION = 1_000_000


class RuleWords(msgspec.Struct, frozen=True):
    """A rule in one language."""

    text: str
    hint: str = ""


class Rule(msgspec.Struct, frozen=True):
    """`translations` are by language; where there is none, the rule as written stands."""

    id: int
    text: str
    hint: str
    translations: dict[str, RuleWords] = {}

    def words(self, language: str) -> RuleWords:
        """The rule for a reader of this language."""
        return self.translations.get(language) or RuleWords(self.text, self.hint)


class _Rules:
    def __init__(self, db: Db) -> None:
        self.db = db
        self.kept: tuple[int, list[Rule]] | None = None

    async def list(self) -> list[Rule]:
        value = self.db.slots.values[slot_of(Fact.NETWORK, 0)]
        if self.kept is None or self.kept[0] != value:
            rows = await self.db.fetch(Q.list_rules)
            self.kept = value, [msgspec.convert(dict(row), Rule) for row in rows]
        return self.kept[1]


async def list_rules(db: Db) -> list[Rule]:
    """The rules in their order. 0 or 1 statement."""
    return await db.kept(_Rules).list()


async def add_rule(tx: Tx, text: str, hint: str = "") -> int:
    """Add a rule after the others and answer its id."""
    rule_id = await tx.fetchval(Q.add_rule, _text(text), clean(hint, "hint", MAX_HINT))
    tx.touch(Fact.NETWORK, 0)
    return rule_id


async def change_rule(
    tx: Tx,
    rule_id: int,
    *,
    text: str | None = None,
    hint: str | None = None,
    position: int | None = None,
    translations: dict[str, RuleWords] | None = None,
) -> None:
    """Reword or move a rule; None leaves a thing as it is."""
    if position is not None and not 0 <= position <= LAST_POSITION:
        raise Invalid("position", f"Validation failed: Position is not in 0..{LAST_POSITION}")
    found = await tx.fetchval(
        Q.change_rule,
        rule_id,
        None if text is None else _text(text),
        None if hint is None else clean(hint, "hint", MAX_HINT),
        position,
        None if translations is None else _translated(translations),
    )
    if found is None:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)


async def order_rules(tx: Tx, rule_ids: list[int]) -> None:
    """Put rules in this order; one that is not named (written meanwhile) comes after them."""
    await tx.execute(Q.order_rules, rule_ids)
    tx.touch(Fact.NETWORK, 0)


async def remove_rule(tx: Tx, rule_id: int) -> None:
    if await tx.fetchval(Q.remove_rule, rule_id) is None:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)


def _translated(translations: dict[str, RuleWords]) -> dict[str, dict[str, str]]:
    """What is kept of translations; one without words is none."""
    return {
        language: {"text": _text(words.text), "hint": clean(words.hint, "hint", MAX_HINT).strip()}
        for language, words in translations.items()
        if words.text.strip()
    }


def _text(text: str) -> str:
    text = clean(text, "text", MAX_TEXT).strip()
    if not text:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    return text
