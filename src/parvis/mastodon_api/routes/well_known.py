"""What other software looks for at known places: WebFinger, host-meta, NodeInfo, health."""

from xml.sax.saxutils import quoteattr

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import find_by_acct, show_present
from parvis.domain.accounts.types import AccountRow
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.instance import nodeinfo
from parvis.mastodon_api.routes.instance import see
from parvis.mastodon_api.routing import Routes

routes = Routes()

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
ACTIVITY = "application/activity+json"


class WebFingerParams(msgspec.Struct):
    resource: str = ""


@routes.get("/.well-known/webfinger", auth="public", params=WebFingerParams, returns="JsonResource")
async def webfinger(call: Call) -> Response:
    """Find an account of this network by `acct:name@domain` or its address (RFC 7033)."""
    said = await call.params(WebFingerParams)
    if not said.resource:
        raise Invalid("resource", "Tell whom you look for: ?resource=acct:name@domain")
    username = read_resource(said.resource, call.addresses)
    account_id = username and await find_by_acct(call.db, username, call.addresses.domain)
    shown = await show_present(call.db, [account_id] if account_id else [])
    if not shown or shown[0].account.is_gone:
        raise NotFound
    body = msgspec.json.encode(resource(shown[0].account, call.addresses))
    return Response(body, headers={"content-type": "application/jrd+json; charset=utf-8"})


def read_resource(text: str, addresses: Addresses) -> str | None:
    """The username a WebFinger resource names; None when it is not of this network."""
    if "://" in text:
        for before in (addresses.profile_url(""), addresses.actor_uri("")):
            if text.startswith(before):
                return text.removeprefix(before).rstrip("/")
        return None
    name, _, domain = text.removeprefix("acct:").removeprefix("@").partition("@")
    return name if domain.lower() in (addresses.domain.lower(), "") else None


def resource(account: AccountRow, addresses: Addresses) -> dict[str, object]:
    return {
        "subject": f"acct:{account.username}@{addresses.domain}",
        "aliases": [account.url, account.uri],
        "links": [
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": account.url,
            },
            {"rel": "self", "type": ACTIVITY, "href": account.uri},
        ],
    }


@routes.get("/.well-known/host-meta", auth="public", returns="XRD")
async def host_meta(call: Call) -> Response:
    """Tell where WebFinger answers (RFC 6415)."""
    template = quoteattr(f"{call.addresses.root}/.well-known/webfinger?resource={{uri}}")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template={template}/>\n'
        "</XRD>\n"
    )
    return Response(body, headers={"content-type": "application/xrd+xml; charset=utf-8"})


@routes.get("/.well-known/nodeinfo", auth="public", returns="NodeInfoLinks")
async def nodeinfo_links(call: Call) -> Response:
    """Tell where NodeInfo answers."""
    root = call.addresses.root
    links = [
        {"rel": f"{SCHEMA}{version}", "href": f"{root}/nodeinfo/{version}"}
        for version in ("2.0", "2.1")
    ]
    return call.json({"links": links})


@routes.get("/nodeinfo/2.0", auth="public", returns="NodeInfo")
async def nodeinfo_20(call: Call) -> Response:
    """Tell the network's software and size."""
    return await _nodeinfo(call, "2.0")


@routes.get("/nodeinfo/2.1", auth="public", returns="NodeInfo")
async def nodeinfo_21(call: Call) -> Response:
    """Tell the network's software and size, and where the source is."""
    return await _nodeinfo(call, "2.1")


async def _nodeinfo(call: Call, version: str) -> Response:
    body = msgspec.json.encode(nodeinfo(version, await see(call)))
    kind = f'application/json; profile="{SCHEMA}{version}#"; charset=utf-8'
    return Response(body, headers={"content-type": kind})


@routes.get("/health", auth="public", returns="text")
async def health(call: Call) -> Response:
    """Tell whether this process reaches its database."""
    await call.db.fetchval("select 1")
    return Response("OK", headers={"content-type": "text/plain; charset=utf-8"})
