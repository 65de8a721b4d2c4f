"""A person changes what is theirs: their account, and the defaults of what they publish."""

from typing import Any

import msgspec

from parvis.domain.access.register import LOCALES
from parvis.domain.access.types import Login
from parvis.domain.accounts.change import Change, change_account
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.events import Visibility
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols.languages import LanguageInvalid, parse_language

Q = queries("parvis.domain.access")

MAX_DOMAINS = 10
MAX_DOMAIN = 253  # RFC 1035 §2.3.4


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """How a person publishes unless they say otherwise; None: stays. A language of "" is none."""

    visibility: Visibility | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    preferences: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        return self == Defaults()


def check_defaults(defaults: Defaults) -> Defaults:
    if not defaults.language:
        return defaults
    try:
        return msgspec.structs.replace(defaults, language=parse_language(defaults.language))
    except LanguageInvalid as wrong:
        raise Invalid("source[language]", f"Validation failed: {wrong}") from None


def check_domains(domains: list[str]) -> list[str]:
    """Sites that may name this person as an author."""
    kept = list(dict.fromkeys(one.strip().lower() for one in domains if one.strip()))
    if len(kept) > MAX_DOMAINS or any(len(one) > MAX_DOMAIN or "/" in one for one in kept):
        raise Invalid(
            "attribution_domains",
            f"Validation failed: Attribution domains are at most {MAX_DOMAINS} names, such as"
            " example.org",
        )
    return kept


async def change_locale(tx: Tx, user_id: int, locale: str) -> None:
    """Change the language of a person's letters and pages. Refused: one that is not spoken here."""
    if locale not in LOCALES:
        raise Invalid("locale", "Validation failed: Locale is not one of " + ", ".join(LOCALES))
    await tx.execute(Q.change_locale, user_id, locale)
    tx.touch(Fact.LOGIN, user_id)


async def change_home(tx: Tx, user_id: int, hides: frozenset[str]) -> None:
    """What a person's home leaves out, in all their browsers."""
    wanted = {"home_hides": sorted(hides)}
    await tx.execute(Q.change_defaults, user_id, None, None, None, wanted)
    tx.touch(Fact.LOGIN, user_id)


async def change_credentials(
    tx: Tx, login: Login, change: Change, defaults: Defaults, addresses: Addresses
) -> None:
    """Make checked changes to the account and to its person's defaults, together or not at all."""
    await change_account(tx, login.account_id, change, addresses)
    if login.user_id is not None and not defaults.is_empty:
        await change_defaults(tx, login.user_id, defaults)


async def change_defaults(tx: Tx, user_id: int, defaults: Defaults) -> None:
    """Change how a person publishes and reads; what they asked for was checked."""
    await tx.execute(
        Q.change_defaults,
        user_id,
        defaults.visibility,
        defaults.is_sensitive,
        defaults.language,
        defaults.preferences,
    )
    tx.touch(Fact.LOGIN, user_id)
