"""The demonstration's accounts on a network: told from real members, registered, let in."""

import secrets
from datetime import timedelta

import msgspec
from rich.progress import Progress

from parvis.cli.demo.people import ADDRESSES, Persona
from parvis.domain.access import password_changes, passwords, register
from parvis.domain.access.register import Registration
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, Refused
from parvis.domain.moderation import decisions
from parvis.domain.moderation.accounts import AccountFilter, SeenAccount, list_accounts
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.protocols.paging import Page

PAGE = 200


class Known(msgspec.Struct):
    """Who is on the network before a run, by e-mail address, and how many are none of ours."""

    ours: dict[str, SeenAccount]
    members: int  # real ones besides the owner


async def find_known(db: Db) -> Known:
    known = Known({}, 0)
    page = Page(PAGE)
    while found := await list_accounts(db, AccountFilter(origin="local"), page):
        for one in (seen.account for seen in found):
            if one.email is not None and one.email.endswith(ADDRESSES):
                known.ours[one.email] = one
            elif one.role != "owner":
                known.members += 1
        page = Page(PAGE, max_id=found[-1].account.id)
    return known


def choose_password() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(3))


class Residents:
    """Registers whoever of the plan is missing. All have one password, which changes each run."""

    def __init__(self, db: Db, addresses: Addresses, people: list[Persona], mark: str) -> None:
        """`mark` tells one demonstration from another; it stands in the e-mail addresses."""
        self.db = db
        self.addresses = addresses
        self.people = people
        self.mark = mark
        self.password = choose_password()
        self.added = 0

    def address_of(self, persona: Persona) -> str:
        return f"{persona.username}@{self.mark}.{ADDRESSES}"

    async def settle_in(self, bar: Progress) -> tuple[list[int], list[str]]:
        """The ids and usernames of all, in the order of the plan."""
        known = (await find_known(self.db)).ours
        ids: list[int] = []
        names: list[str] = []
        for persona in bar.track(self.people, description="People"):
            seen = known.get(self.address_of(persona))
            id_, name = await self._renew(seen) if seen else await self._register(persona)
            ids.append(id_)
            names.append(name)
        await self.db.run(decisions.change_role, None, ids[0], "admin")
        return ids, names

    async def _renew(self, seen: SeenAccount) -> tuple[int, str]:
        """An earlier run was broken off: its password is known to nobody."""
        hashed = await passwords.hash_password(self.password)
        await self.db.run(password_changes.set_password, seen.email or "", hashed)
        return seen.id, seen.username

    async def _register(self, persona: Persona) -> tuple[int, str]:
        """A name that a member has already gets a number."""
        for number in range(1, 100):
            name = persona.username if number == 1 else f"{persona.username}{number}"
            said = Registration(
                username=name,
                email=self.address_of(persona),
                password=self.password,
                locale=persona.language,
                joined_at=now() - timedelta(days=persona.days_here),
            )
            try:
                prepared = await register.prepare(said, self.db)
                made = await self.db.run(register.register, prepared, self.addresses)
            except Invalid as taken:
                if taken.field != "username":
                    raise
            else:
                self.added += 1
                return made.account_id, name
        raise Refused(f"Every name like {persona.username} is taken")
