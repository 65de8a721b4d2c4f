"""What the command `network` does."""

import msgspec
from rich.table import Table

from parvis.cli.moderating import Desk, plain
from parvis.domain.errors import Invalid
from parvis.domain.network import rules, settings
from parvis.domain.network.describe import check
from parvis.infra.postgres import Tx


class Wish(msgspec.Struct, frozen=True):
    """What is to change; rules are removed by their number in the list."""

    values: dict[str, str]
    added: tuple[str, ...]
    removed: tuple[int, ...]


async def describe(desk: Desk, wish: Wish) -> None:
    """Change all of it or nothing, then show what is true now."""
    if wish.values or wish.added or wish.removed:
        found = await rules.list_rules(desk.db)
        if not all(1 <= number <= len(found) for number in wish.removed):
            raise Invalid("remove_rule", f"There are {len(found)} rules, numbered from 1")
        gone = [found[number - 1].id for number in sorted(set(wish.removed))]
        await desk.db.run(_change, check(wish.values), gone, wish.added)
    now = await settings.read(desk.db)
    table = Table(show_header=False)
    table.add_row("Title", plain(now.title))
    table.add_row("Summary", plain(now.short_description))
    table.add_row("About", plain(now.description))
    table.add_row("Registrations", now.registrations)
    for number, rule in enumerate(await rules.list_rules(desk.db), 1):
        table.add_row(f"Rule {number}", plain(rule.text))
    desk.console.print(table)


async def _change(tx: Tx, values: dict[str, str], gone: list[int], added: tuple[str, ...]) -> None:
    if values:
        await settings.change(tx, **values)
    for rule_id in gone:
        await rules.remove_rule(tx, rule_id)
    for text in added:
        await rules.add_rule(tx, text)
