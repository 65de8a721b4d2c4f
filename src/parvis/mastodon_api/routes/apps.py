"""Applications: registering one, and what a token says of its own."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import apps
from parvis.domain.errors import Invalid, TooMany, Unauthenticated
from parvis.infra.limits import Limit
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.apps import application, credential_application
from parvis.mastodon_api.routing import Routes

routes = Routes()

CREATED = Limit(25, 600)  # an address; some apps register anew at each log-in


class AppParams(msgspec.Struct):
    client_name: str = ""
    redirect_uris: list[str] = []  # or one text, one address a line
    scopes: str = ""
    website: str | None = None


@routes.post("/api/v1/apps", auth="open", params=AppParams, returns="CredentialApplication")
async def create_app(call: Call) -> Response:
    said = await call.params(AppParams)
    if not said.redirect_uris:
        raise Invalid(
            "redirect_uris", "Validation failed: Redirect URI can't be blank", reason="ERR_BLANK"
        )
    draft = apps.check_app(said.client_name, said.redirect_uris, said.scopes, said.website)
    taken = call.db.limits.take(CREATED, "create_app", call.client_address)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    created = await call.db.run(
        apps.create_app, draft.name, draft.redirect_uris, draft.scopes, draft.website
    )
    return call.json(credential_application(created, draft))


@routes.get("/api/v1/apps/verify_credentials", auth="app", returns="Application")
async def verify_app(call: Call) -> Response:
    app_id = call.login.app_id if call.login else None
    app = await apps.find_app_by_id(call.db, app_id) if app_id else None
    if app is None:
        raise Unauthenticated
    return call.json(application(app))
