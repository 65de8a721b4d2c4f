"""Registering from an application, and confirming the e-mail address."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import confirmations, register
from parvis.domain.access.register import Registration
from parvis.domain.errors import Unauthenticated
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.apps import token_entity
from parvis.mastodon_api.routing import Routes

routes = Routes()


class RegisterParams(msgspec.Struct):
    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = "en"
    reason: str | None = None
    # `date_of_birth` is not read: the network asks nobody's age, so it keeps none.


class ConfirmationParams(msgspec.Struct):
    email: str | None = None


@routes.post(
    "/api/v1/accounts",
    auth="app",
    scopes="write:accounts",
    params=RegisterParams,
    returns="Token",
)
async def register_account(call: Call) -> Response:
    said = await call.params(RegisterParams)
    if call.login is None:
        raise Unauthenticated
    asked = Registration(
        username=said.username,
        email=said.email,
        password=said.password,
        agrees=said.agreement,
        locale=said.locale,
        reason=said.reason or "",
        app_id=call.login.app_id,
    )
    admitted = await register.admit(call.db, asked, address=call.client_address)
    prepared = await register.prepare(admitted, call.db)
    token = await call.db.run(register.register_by_app, prepared, call.login, call.addresses)
    return call.json(token_entity(token))


@routes.post(
    "/api/v1/emails/confirmations",
    scopes="write:accounts",
    params=ConfirmationParams,
    allows_trouble=True,
)
async def send_confirmation_again(call: Call) -> Response:
    said = await call.params(ConfirmationParams)
    if call.login is None:
        raise Unauthenticated
    await call.db.run(confirmations.send_again, call.login, said.email)
    return call.empty()


@routes.get("/api/v1/emails/check_confirmation", returns="bool", allows_trouble=True)
async def check_confirmation(call: Call) -> Response:
    """Whether the address is confirmed, as applications that wait for it ask."""
    return call.json(call.login is not None and call.login.trouble != "unconfirmed")
