"""Who may vote in a poll, beyond who may see it: rules as they are asked for, kept, logged and said.

Whether an account keeps them is asked where votes are cast (`domain/polls/eligibility.py`).
"""

import re
from typing import Literal

import msgspec

from parvis.domain.errors import Invalid
from parvis.protocols.ids import MAX_ID

AGE_MOST_DAYS = 3_650
INVITATIONS_MOST = 1_000
_HOST = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)

Name = Literal[
    "account_age", "followers", "followed", "verified_domain", "local", "list", "invitation",
    "email_domain",
]  # fmt: skip


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of them have to be kept. `list_id` and `invitations` (how many are made) are closed lists."""

    account_age_days: int | None = None  # at least, when the poll opened
    followers_only: bool = False
    followed_only: bool = False
    verified_domain: str | None = None  # of a link that proves itself
    local_only: bool = False
    list_id: int | None = None  # of the author's
    invitations: int | None = None
    email_domain: str | None = None  # of a confirmed address


class Rule(msgspec.Struct, frozen=True):
    """One rule as everybody may read it: of a list only that there is one."""

    name: Name
    value: int | str | None = None


def rules_of(rules: Rules | None) -> list[Rule]:
    """The rules one by one, in the order in which they are asked."""
    if rules is None:
        return []
    asked: list[tuple[Name, object, int | str | None]] = [
        ("account_age", rules.account_age_days, rules.account_age_days),
        ("followers", rules.followers_only, None),
        ("followed", rules.followed_only, None),
        ("verified_domain", rules.verified_domain, rules.verified_domain),
        ("local", rules.local_only, None),
        ("list", rules.list_id, None),
        ("invitation", rules.invitations, rules.invitations),
        ("email_domain", rules.email_domain, rules.email_domain),
    ]
    return [Rule(name, value) for name, is_asked, value in asked if is_asked]


SAID: dict[Name, str] = {
    "account_age": "accounts that were at least {} days old when the poll opened",
    "followers": "followers of the author",
    "followed": "accounts that the author follows",
    "verified_domain": "accounts with a verified link to {}",
    "local": "accounts of this network",
    "list": "accounts on a list of the author's, as it was when the poll opened",
    "invitation": "accounts that used one of {} invitations",
    "email_domain": "accounts with a confirmed e-mail address at {}",
}

_ONE: dict[Name, str] = {
    "account_age": "accounts that were at least a day old when the poll opened",
    "invitation": "the account that used the one invitation",
}


def said(rule: Rule) -> str:
    """The rule in English, as the API and the log say it."""
    text = SAID[rule.name].format(rule.value)
    return _ONE.get(rule.name, text) if rule.value == 1 else text


def check_rules(rules: Rules) -> Rules | None:
    """Whether these can be rules; None when none is asked."""
    days, invitations = rules.account_age_days, rules.invitations
    if days is not None and not 1 <= days <= AGE_MOST_DAYS:
        raise _refused("account_age_days", f"is a number of days from 1 to {AGE_MOST_DAYS}")
    if invitations is not None and not 1 <= invitations <= INVITATIONS_MOST:
        raise _refused("invitations", f"is a number from 1 to {INVITATIONS_MOST}")
    if rules.list_id is not None and not 0 < rules.list_id <= MAX_ID:
        raise no_list()
    if rules.list_id is not None and invitations is not None:
        raise _refused("invitations", "cannot be asked together with a list")
    checked = msgspec.structs.replace(
        rules,
        verified_domain=_host("verified_domain", rules.verified_domain),
        email_domain=_host("email_domain", rules.email_domain),
    )
    return checked if checked != Rules() else None


def _host(field: str, text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    try:
        host = text.strip().removeprefix("@").lower().encode("idna").decode()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise _refused(field, "is the name of a domain, such as example.org")
    return host


def _refused(field: str, text: str) -> Invalid:
    name = f"poll[rules][{field}]"
    return Invalid(name, f"Validation failed: {name} {text}")


def no_list() -> Invalid:
    """Also for a list of somebody else: that there is one is theirs to know."""
    return _refused("list_id", "is not a list of yours with somebody on it who could vote")
