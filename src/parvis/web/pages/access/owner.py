"""The owner's first visit: naming the network and themselves, by the link that `serve` prints."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import links, log_in, owner, passwords
from parvis.domain.access.register import Prepared, Registered
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.network import settings
from parvis.infra.postgres import Tx
from parvis.web import words
from parvis.web.pages.access.log_in import HOME, enter
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = links.PATHS["owner"] + "{secret}"
TITLE_LONGEST = 60  # what fits beside the mark


class SetUpForm(msgspec.Struct):
    title: str = ""
    username: str = ""
    email: str = ""
    password: str = ""


@pages.get(PATH)
async def show_set_up(visit: Visit) -> Response:
    visit.is_secret = True
    if not await links.is_open(visit.db, "owner", visit.path["secret"]):
        return visit.render("access/link_ended.html", 404, purpose="owner")
    has_owner = await owner.has_owner(visit.db)
    return visit.render("access/owner.html", said=SetUpForm(), errors={}, has_owner=has_owner)


@pages.post(PATH)
async def submit_set_up(visit: Visit) -> Response:
    visit.is_secret = True
    said = await visit.form(SetUpForm)
    has_owner = await owner.has_owner(visit.db)
    try:
        user_id = await (_new_password if has_owner else _found)(visit, said)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return visit.render("access/owner.html", 422, said=said, errors=errors, has_owner=has_owner)
    except (NotFound, Conflict):
        return visit.render("access/link_ended.html", 404, purpose="owner")
    return enter(visit, await log_in.enter_by_link(visit.db, user_id, visit.browser), HOME)


async def _found(visit: Visit, said: SetUpForm) -> int:
    title = said.title.strip()
    faults: dict[str, Invalid] = {}
    if not title or len(title) > TITLE_LONGEST:
        faults["title"] = Invalid("title", "Title can't be blank or longer than 60 characters")
    try:
        prepared = await owner.prepare_owner(
            visit.db, said.username, said.email, said.password, visit.locale.code
        )
    except Invalid as refused:
        if faults:
            refused.faults = (*faults["title"].faults, *refused.faults)
        raise
    if faults:
        raise faults["title"]
    made = await visit.db.run(_found_in, visit.path["secret"], title, prepared, visit.addresses)
    return made.user_id


async def _found_in(
    tx: Tx, secret: str, title: str, prepared: Prepared, addresses: Addresses
) -> Registered:
    made = await owner.set_up_owner(tx, secret, prepared, addresses)
    await settings.change(tx, title=title)
    return made


async def _new_password(visit: Visit, said: SetUpForm) -> int:
    hashed = await passwords.prepare_password(said.password)
    return await visit.db.run(owner.reset_owner, visit.path["secret"], hashed)
