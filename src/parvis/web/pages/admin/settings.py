"""The network's settings and its documents: what it says of itself, and who may join."""

from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import find_by_acct
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import describe, documents, settings
from parvis.domain.network.documents import KEYS
from parvis.domain.network.numbers import find_document
from parvis.domain.network.settings import NetworkSettings, NetworkShelf
from parvis.infra.postgres import Tx
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import showing, words
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

TITLES: dict[str, str] = {
    "description": N_("About this network"),
    "privacy_policy": N_("Privacy policy"),
    "terms_of_service": N_("Terms of service"),
}
WHERE = {"description": "/about", "privacy_policy": "/privacy-policy"}
DOCUMENT_LIMIT = 512 << 10  # bytes of the form; the longest document in its longest writing


class SettingsForm(msgspec.Struct):
    title: str = ""
    short_description: str = ""
    contact: str = ""  # an account's name
    contact_email: str = ""
    registrations: str = ""
    registrations_message: str = ""
    confirm_email: bool = False
    members_may_invite: bool = False
    invited_are_approved: bool = False
    languages: str = ""


class DocumentForm(msgspec.Struct):
    text: str = ""
    do: str = ""


@pages.get("/admin/settings", who="admin")
async def show_settings(visit: Visit) -> Response:
    return await _settings(visit, await _said(visit, visit.network))


@pages.post("/admin/settings", who="admin")
async def submit_settings(visit: Visit) -> Response:
    """Keep all of it or nothing; what the environment locks is left as it is."""
    said = await visit.form(SettingsForm)
    locked = visit.db.kept(NetworkShelf).locks.values
    values: dict[str, Any] = msgspec.structs.asdict(said)
    values["languages"] = said.languages.replace(",", " ").split()
    contact = values.pop("contact").strip()
    try:
        values = describe.check({k: v for k, v in values.items() if k not in locked})
        values["contact_account_id"] = await _find_contact(visit, contact)
        await visit.db.run(_change, values)
    except Invalid as refused:
        return await _settings(visit, said, words.beside(refused, visit.locale))
    return visit.redirect("/admin/settings?done=kept")


async def _change(tx: Tx, values: dict[str, Any]) -> None:
    await settings.change(tx, **values)


async def _find_contact(visit: Visit, acct: str) -> int | None:
    if not acct:
        return None
    found = await find_by_acct(visit.db, acct, visit.addresses.domain)
    if found is None:
        raise Invalid("contact", "There is no such account")
    return found


async def _said(visit: Visit, now: NetworkSettings) -> SettingsForm:
    shown = await visit.db.kept(Accounts).show(
        [now.contact_account_id] if now.contact_account_id else []
    )
    return SettingsForm(
        title=now.title,
        short_description=now.short_description,
        contact=shown[0].account.acct if shown else "",
        contact_email=now.contact_email,
        registrations=now.registrations,
        registrations_message=now.registrations_message,
        confirm_email=now.confirm_email,
        members_may_invite=now.members_may_invite,
        invited_are_approved=now.invited_are_approved,
        languages=", ".join(now.languages),
    )


async def _settings(
    visit: Visit, said: SettingsForm, errors: dict[str, str] | None = None
) -> Response:
    locked = visit.db.kept(NetworkShelf).locks.values
    return render(
        visit,
        "admin/settings.html",
        422 if errors else 200,
        said=said,
        locked={name: f"PARVIS_{name.upper()}" for name in locked},
        errors=errors or {},
    )


@pages.get("/admin/documents", who="admin")
async def list_documents(visit: Visit) -> Response:
    found = {key: await find_document(visit.db, key) for key in KEYS}
    return render(visit, "admin/documents.html", found=found, titles=_titles(visit))


@pages.get("/admin/documents/{key}", who="admin")
async def show_document(visit: Visit) -> Response:
    """The document to change; `?version=` takes up what it said before."""
    key = _key(visit)
    found = await find_document(visit.db, key)
    text = found.text if found else ""
    asked = visit.ask("version")
    if asked:
        text = (await documents.find_version(visit.db, _number(asked))).text
    return await _document(visit, key, text, is_earlier=bool(asked))


@pages.post("/admin/documents/{key}", who="admin", limit=DOCUMENT_LIMIT)
async def submit_document(visit: Visit) -> Response:
    key = _key(visit)
    said = await visit.form(DocumentForm)
    try:
        if said.do == "preview":
            preview = showing.document(documents.check(said.text))
            return await _document(visit, key, said.text, preview=preview)
        await visit.db.run(documents.change_document, key, said.text, visit.viewer_id)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return await _document(visit, key, said.text, errors=errors)
    return visit.redirect(f"/admin/documents/{key}?done=kept")


async def _document(
    visit: Visit,
    key: str,
    text: str,
    *,
    preview: str = "",
    errors: dict[str, str] | None = None,
    is_earlier: bool = False,
) -> Response:
    return render(
        visit,
        "admin/document.html",
        422 if errors else 200,
        key=key,
        title=_titles(visit)[key],
        where=WHERE.get(key, "/terms-of-service"),
        text=text,
        preview=preview,
        is_earlier=is_earlier,
        versions=await documents.list_versions(visit.db, key),
        errors=errors or {},
    )


def _titles(visit: Visit) -> dict[str, str]:
    return {key: visit.locale.text(title) for key, title in TITLES.items()}


def _key(visit: Visit) -> str:
    if visit.path["key"] not in KEYS:
        raise NotFound
    return visit.path["key"]


def _number(text: str) -> int:
    try:
        return parse_id(text)
    except IdInvalid:
        raise NotFound from None
