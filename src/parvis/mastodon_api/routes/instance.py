"""The network itself: what apps ask first."""

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import NotFound
from parvis.domain.network.numbers import Counted, find_document
from parvis.domain.network.rules import list_rules
from parvis.domain.network.settings import read
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.instance import Seen, instance_v1, instance_v2
from parvis.mastodon_api.entities.rules import rule_entity
from parvis.mastodon_api.routing import Routes
from parvis.protocols import markdown
from parvis.protocols.timestamps import iso

routes = Routes()


class Activity(msgspec.Struct):
    week: str
    statuses: str
    logins: str
    registrations: str


class Description(msgspec.Struct):
    updated_at: str | None
    content: str  # HTML


async def see(call: Call) -> Seen:
    """What the network's entities are made of. Nothing asked when all is kept."""
    settings = await read(call.db)
    numbers = await call.db.kept(Counted).numbers.read()
    contact_id = settings.contact_account_id or numbers.owner_id
    shown = await call.db.kept(Accounts).show([contact_id] if contact_id else [])
    shown = [one for one in shown if not one.account.is_gone]
    contact = account_bytes(shown[0], call.addresses) if shown else b"null"
    return Seen(settings, numbers, await list_rules(call.db), msgspec.Raw(contact))


@routes.get("/api/v1/instance", auth="public", returns="V1::Instance")
async def show_v1(call: Call) -> Response:
    """Show the network, as older apps ask."""
    return call.json(instance_v1(await see(call), call.addresses))


@routes.get("/api/v2/instance", auth="public", returns="Instance")
async def show_v2(call: Call) -> Response:
    """Show the network: its name, rules and limits."""
    return call.json(instance_v2(await see(call), call.addresses))


@routes.get("/api/v1/instance/rules", auth="public", returns="[Rule]")
async def show_rules(call: Call) -> Response:
    """List the network's rules."""
    return call.json([rule_entity(rule) for rule in await list_rules(call.db)])


@routes.get("/api/v1/instance/peers", auth="public", returns="[string]")
async def list_peers(call: Call) -> Response:
    """List the networks this one knows of."""
    return call.json(await call.db.kept(Counted).peers.read())


@routes.get("/api/v1/instance/activity", auth="public", returns="[Activity]")
async def list_activity(call: Call) -> Response:
    """Show twelve weeks of statuses, log-ins and newcomers."""
    weeks = await call.db.kept(Counted).activity.read()
    return call.json(
        [Activity(str(w.week), str(w.statuses), str(w.logins), str(w.registrations)) for w in weeks]
    )


@routes.get("/api/v1/instance/domain_blocks", auth="public", returns="[DomainBlock]")
async def list_domain_blocks(call: Call) -> Response:
    """List the networks this one does not talk to: none."""
    return call.json([])


@routes.get("/api/v1/instance/extended_description", auth="public", returns="ExtendedDescription")
async def show_description(call: Call) -> Response:
    """Show the network's long description."""
    found = await find_document(call.db, "description")
    if found is None:
        return call.json(Description(None, ""))
    return call.json(Description(iso(found.updated_at), markdown.to_html(found.text)))


@routes.get("/api/v1/instance/privacy_policy", auth="public", returns="PrivacyPolicy")
async def show_privacy_policy(call: Call) -> Response:
    """Show the privacy policy; not found when the network has none."""
    return await _document(call, "privacy_policy")


@routes.get("/api/v1/instance/terms_of_service", auth="public", returns="TermsOfService")
async def show_terms(call: Call) -> Response:
    """Show the terms of service; not found when the network has none."""
    return await _document(call, "terms_of_service")


async def _document(call: Call, key: str) -> Response:
    found = await find_document(call.db, key)
    if found is None:
        raise NotFound
    content = markdown.to_html(found.text)
    if key == "terms_of_service":
        terms = {"effective_date": f"{found.updated_at:%Y-%m-%d}", "effective": True}
        return call.json({**terms, "content": content, "succeeded_by": None})
    return call.json(Description(iso(found.updated_at), content))


@routes.get("/api/v1/instance/translation_languages", auth="public", returns="{[string]}")
async def list_translations(call: Call) -> Response:
    """List the languages statuses can be translated between: none."""
    return call.empty()
