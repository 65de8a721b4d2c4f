"""The network's rules: their words, their order, and the same in other languages."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid
from parvis.domain.network import rules
from parvis.domain.network.rules import Rule, RuleWords
from parvis.infra.postgres import Tx
from parvis.protocols.ids import Id
from parvis.web import words
from parvis.web.locales import LOCALES, NAMES
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/rules"


class RuleForm(msgspec.Struct):
    """`id` 0: a new rule. `words` and `hints`: by language."""

    id: Id = 0
    text: str = ""
    hint: str = ""
    words: dict[str, str] = {}
    hints: dict[str, str] = {}
    do: str = "keep"


@pages.get(PATH, who="admin")
async def show_rules(visit: Visit) -> Response:
    return await _rules(visit)


@pages.post(PATH, who="admin")
async def submit_rules(visit: Visit) -> Response:
    said = await visit.form(RuleForm)
    if said.do in {"up", "down"}:
        await _move(visit, said)
        return visit.redirect(f"{PATH}?moved={said.id}&by={said.do}")
    if said.do == "remove":
        await visit.db.run(rules.remove_rule, said.id)
        return visit.redirect(f"{PATH}?done=removed")
    try:
        if said.id:
            await _change(visit, said)
            return visit.redirect(f"{PATH}?done=kept")
        await visit.db.run(rules.add_rule, said.text, said.hint)
    except Invalid as refused:
        return await _rules(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}?done=added")


async def _change(visit: Visit, said: RuleForm) -> None:
    translations = {
        code: RuleWords(said.words.get(code, ""), said.hints.get(code, "")) for code in LOCALES
    }

    async def change(tx: Tx) -> None:
        await rules.change_rule(
            tx, said.id, text=said.text, hint=said.hint, translations=translations
        )

    await visit.db.run(change)


async def _move(visit: Visit, said: RuleForm) -> None:
    """One place up or down; at an end it stays."""
    ids = [rule.id for rule in await rules.list_rules(visit.db)]
    if said.id not in ids:
        return
    at = ids.index(said.id)
    to = at + (1 if said.do == "down" else -1)
    if 0 <= to < len(ids):
        ids[at], ids[to] = ids[to], ids[at]
        await visit.db.run(rules.order_rules, ids)


async def _rules(
    visit: Visit, said: RuleForm | None = None, errors: dict[str, str] | None = None
) -> Response:
    found = await rules.list_rules(visit.db)
    return render(
        visit,
        "admin/rules.html",
        422 if errors else 200,
        found=[_as_typed(rule, said) for rule in found],
        said=said if said is not None and not said.id else RuleForm(),
        wrong_id=said.id if said is not None else None,
        names=NAMES,
        moved=(visit.ask("moved"), visit.ask("by")),
        errors=errors or {},
    )


def _as_typed(rule: Rule, said: RuleForm | None) -> Rule:
    """The rule, with what the person just typed where that was refused."""
    if said is None or said.id != rule.id:
        return rule
    return Rule(rule.id, said.text, said.hint, rule.translations)
