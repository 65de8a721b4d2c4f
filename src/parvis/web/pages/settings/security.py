"""What one proves oneself by besides the password: one-time codes, recovery codes, passkeys."""

import msgspec
import segno
from starlette.responses import Response

from parvis.domain.access import log_in, one_time_codes, passkeys, recovery_codes
from parvis.domain.errors import Invalid, TooMany
from parvis.protocols import one_time_codes as protocol
from parvis.protocols.ids import Id
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.access.log_in import TOO_FAST, site, too_fast
from parvis.web.pages.settings.account import me, person, renew_session
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SECURITY = "/settings/security"
CODES = "/settings/security/codes"
SAID = {
    "off": N_("One-time codes are off. Your password alone logs in again."),
    "added": N_("Your passkey is kept. You can log in with it from now on."),
    "removed": N_("That passkey logs nobody in any more."),
}


class ProofForm(msgspec.Struct):
    """The password once more, and a code when codes are on (or are being switched on)."""

    current: str = ""
    code: str = ""


class PasskeyForm(msgspec.Struct):
    name: str = ""
    answer: str = ""


class RemoveForm(msgspec.Struct):
    id: Id = 0


@pages.get(SECURITY, who="member", allows_trouble=True)
async def show_security(visit: Visit) -> Response:
    return await _show(visit)


async def _show(
    visit: Visit,
    status: int = 200,
    errors: dict[str, str] | None = None,
    at: str = "",
    chosen: int = 0,
) -> Response:
    """`at`: the form that the errors are of; `chosen`: the passkey to be removed by it."""
    visit.is_secret = True
    user_id = person(visit)
    return visit.render(
        "settings/security.html",
        status,
        me=await me(visit),
        factors=await one_time_codes.get_factors(visit.db, user_id),
        passkeys=await passkeys.list_passkeys(visit.db, user_id),
        is_possible=passkeys.site_of(visit.addresses, visit.network.title) is not None,
        errors=errors or {},
        at=at,
        chosen=chosen,
        notice=visit.told(SAID),
    )


@pages.post(CODES, who="member", allows_trouble=True)
async def begin_codes(visit: Visit) -> Response:
    await visit.db.run(one_time_codes.begin, person(visit))
    return visit.redirect(CODES)


@pages.get(CODES, who="member", allows_trouble=True)
async def show_codes(visit: Visit) -> Response:
    return await _show_codes(visit)


async def _show_codes(
    visit: Visit, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    visit.is_secret = True
    secret = await one_time_codes.find_begun(visit.db, person(visit))
    if secret is None:
        return visit.redirect(SECURITY)
    mine = await me(visit)
    name = f"{mine.username}@{visit.addresses.domain}"
    code = segno.make_qr(protocol.to_uri(secret, name, visit.network.title), error="m")
    return visit.render(
        "settings/codes.html",
        status,
        me=mine,
        picture=code.svg_data_uri(scale=5, border=4, light="#fff", omitsize=False),
        side=code.symbol_size(scale=5, border=4)[0],
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        errors=errors or {},
    )


@pages.post("/settings/security/codes/confirm", who="member", allows_trouble=True)
async def confirm_codes(visit: Visit) -> Response:
    said = await visit.form(ProofForm)
    user_id = person(visit)
    if await one_time_codes.find_begun(visit.db, user_id) is None:
        return visit.redirect(SECURITY)  # sent twice: the codes were shown by the first answer
    try:
        await log_in.prove_password(visit.db, user_id, said.current, address=visit.address)
        codes = await visit.db.run(one_time_codes.confirm, user_id, said.code)
    except Invalid as refused:
        return await _show_codes(visit, 422, words.beside(refused, visit.locale))
    except TooMany as refused:
        errors = {"code": visit.locale.text(TOO_FAST)}
        return too_fast(refused, await _show_codes(visit, 429, errors))
    await renew_session(visit)
    return _show_recovery(visit, codes, is_new=True)


@pages.post("/settings/security/codes/off", who="member", allows_trouble=True)
async def switch_codes_off(visit: Visit) -> Response:
    refused = await _prove(visit, "off")
    if refused is not None:
        return refused
    await visit.db.run(one_time_codes.switch_off, person(visit))
    await renew_session(visit)
    return visit.redirect(SECURITY, say="off")


@pages.post("/settings/security/recovery", who="member", allows_trouble=True)
async def renew_recovery(visit: Visit) -> Response:
    refused = await _prove(visit, "recovery")
    if refused is not None:
        return refused
    codes = await visit.db.run(recovery_codes.replace, person(visit))
    return _show_recovery(visit, codes, is_new=False)


def _show_recovery(visit: Visit, codes: list[str], *, is_new: bool) -> Response:
    """Shown by this answer alone: they are kept as digests."""
    visit.is_secret = True
    return visit.render("settings/recovery.html", codes=codes, is_new=is_new)


async def _prove(visit: Visit, at: str, chosen: int = 0) -> Response | None:
    """None: the person proved who they are; else what is wrong, beside the form `at`."""
    said = await visit.form(ProofForm)
    try:
        await log_in.prove_again(
            visit.db, person(visit), said.current, said.code, address=visit.address
        )
    except Invalid as refused:
        return await _show(visit, 422, words.beside(refused, visit.locale), at, chosen)
    except TooMany as refused:
        errors = {"current": visit.locale.text(TOO_FAST)}
        return too_fast(refused, await _show(visit, 429, errors, at, chosen))
    return None


@pages.post("/settings/security/passkeys/question", who="member", allows_trouble=True)
async def ask_for_passkey(visit: Visit) -> Response:
    """What our script asks the browser that is to make a passkey, once the person proved themself."""
    said = await visit.form(ProofForm)
    named = await visit.form(PasskeyForm)
    user_id, here = person(visit), site(visit)
    try:
        passkeys.check_name(named.name)
        await log_in.prove_again(visit.db, user_id, said.current, said.code, address=visit.address)
        return visit.json(await passkeys.ask_for_new(visit.db, here, user_id, visit.session_secret))
    except Invalid as refused:
        text = next(iter(words.beside(refused, visit.locale).values()))
        heading = visit.locale.text(N_("This cannot be accepted"))
        return visit.render("error_fragment.html", 422, heading=heading, text=text)


@pages.post("/settings/security/passkeys", who="member", allows_trouble=True)
async def add_passkey(visit: Visit) -> Response:
    said = await visit.form(PasskeyForm)
    try:
        await passkeys.add(
            visit.db, site(visit), person(visit), visit.session_secret, said.name, said.answer
        )
    except Invalid as refused:
        return await _show(visit, 422, words.beside(refused, visit.locale), "passkey")
    return visit.redirect(SECURITY, say="added")


@pages.post("/settings/security/passkeys/remove", who="member", allows_trouble=True)
async def remove_passkey(visit: Visit) -> Response:
    """What a stolen session must not do either: who has lost the telephone has the passkey alone."""
    said = await visit.form(RemoveForm)
    refused = await _prove(visit, "removal", said.id)
    if refused is not None:
        return refused
    await visit.db.run(passkeys.remove, person(visit), said.id)
    return visit.redirect(SECURITY, say="removed")
