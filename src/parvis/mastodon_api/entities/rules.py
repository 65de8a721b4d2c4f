"""Rule as the API shows it."""

import msgspec

from parvis.domain.network.rules import Rule


class RuleWords(msgspec.Struct):
    text: str
    hint: str


class RuleEntity(msgspec.Struct):
    id: str
    text: str
    hint: str
    translations: dict[str, RuleWords] = {}


def rule_entity(rule: Rule) -> RuleEntity:
    translations = {
        language: RuleWords(words.text, words.hint) for language, words in rule.translations.items()
    }
    return RuleEntity(str(rule.id), rule.text, rule.hint, translations)
