"""The public log from the owner's side: how far it goes, its keys, what stopped, and its witnesses."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.access import log_in, one_time_codes
from parvis.domain.errors import Forbidden, Invalid
from parvis.domain.transparency import keys, succeeding, witnesses
from parvis.domain.transparency.serving import PublishedLogs
from parvis.web import words
from parvis.web.halted import why_halted
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.pages.settings.account import me, person
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/log"
WRONG_KEY = {
    "ask": ("witness", N_("This is not a witness’s key. Copy the whole line that it shows.")),
    "follow": ("log", N_("This is not a log’s key. Copy the first line of its /log/keys.")),
}
WRONG_ADDRESS = N_("Write where it is asked, such as https://witness.example.org/log/witness.")


class LogForm(msgspec.Struct):
    """`do`: ask or dismiss a witness, follow or leave a log; resume; and rotate, succeed with a proof."""

    do: str = ""
    witness: str = ""  # the key of one to ask, the name of one to dismiss
    address: str = ""
    log: str = ""  # the key of one to follow, the name of one to leave
    at_once: bool = False
    current: str = ""
    code: str = ""


@pages.get(PATH, who="admin")
async def show_log(visit: Visit) -> Response:
    return await _show(visit, LogForm())


@pages.post(PATH, who="admin")
async def submit_log(visit: Visit) -> Response:
    said = await visit.form(LogForm)
    act = ACTS.get(said.do)
    if act is None:
        raise Invalid("do", "There is no such act")
    try:
        done = await act(visit, said)
    except Invalid as refused:
        return await _show(visit, said, _beside(visit, said, refused))
    return visit.redirect(f"{PATH}?done={done}")


def _beside(visit: Visit, said: LogForm, refused: Invalid) -> dict[str, str]:
    if refused.field == "key":
        field, text = WRONG_KEY[said.do]
        return {field: visit.locale.text(text)}
    if refused.field == "address":
        return {"address": visit.locale.text(WRONG_ADDRESS)}
    return words.beside(refused, visit.locale)


async def _ask(visit: Visit, said: LogForm) -> str:
    await visit.db.run(witnesses.add, said.witness.strip(), said.address.strip())
    return "added"


async def _dismiss(visit: Visit, said: LogForm) -> str:
    await visit.db.run(witnesses.remove, said.witness)
    return "removed"


async def _follow(visit: Visit, said: LogForm) -> str:
    await visit.db.run(witnesses.follow, said.log.strip())
    return "added"


async def _unfollow(visit: Visit, said: LogForm) -> str:
    await visit.db.run(witnesses.unfollow, said.log)
    return "removed"


async def _resume(visit: Visit, _: LogForm) -> str:
    return "compared" if await visit.db.run(succeeding.resume) else "goes_on"


async def _rotate(visit: Visit, said: LogForm) -> str:
    await _prove(visit, said)
    current = await visit.db.kept(PublishedLogs).find_server()
    if current is None:
        return "no_log"
    alongside_s = 0 if said.at_once else keys.ALONGSIDE_S
    await visit.db.run(keys.rotate, current.origin, alongside_s=alongside_s)
    return "rotated"


async def _succeed(visit: Visit, said: LogForm) -> str:
    halted = await succeeding.list_halted(visit.db)
    if not halted:
        return "goes_on"
    await _prove(visit, said)
    for row in halted:
        await visit.db.run(succeeding.succeed, row)
    return "succeeded"


async def _prove(visit: Visit, said: LogForm) -> None:
    """What cannot be undone is the owner's, who proves once more that it is they."""
    if visit.login is None or visit.login.role != "owner":
        raise Forbidden("Only its owner decides about the log's keys")
    await log_in.prove_again(
        visit.db, person(visit), said.current, said.code, address=visit.address
    )


ACTS: dict[str, Callable[[Visit, LogForm], Awaitable[str]]] = {
    "ask": _ask,
    "dismiss": _dismiss,
    "follow": _follow,
    "unfollow": _unfollow,
    "resume": _resume,
    "rotate": _rotate,
    "succeed": _succeed,
}


async def _show(visit: Visit, said: LogForm, errors: dict[str, str] | None = None) -> Response:
    root = visit.addresses.root
    server = await visit.db.kept(PublishedLogs).find_server()
    ours = await keys.witness_signer(visit.db, root.partition("://")[2])
    proof: dict[str, Any] = {"me": None, "factors": None}  # asked before what cannot be undone
    if visit.login is not None and visit.login.role == "owner":
        proof["me"] = await me(visit)
        proof["factors"] = await one_time_codes.get_factors(visit.db, person(visit))
    return render(
        visit,
        "admin/log.html",
        422 if errors else 200,
        server=server,
        verifiers=await keys.verifiers(visit.db, server.origin) if server else [],
        halted=await succeeding.list_halted(visit.db),
        asked=await witnesses.list_asked(visit.db),
        followed=await witnesses.list_followed(visit.db),
        ours=ours,
        our_address=f"{root}/log/witness",
        unreached=words.unreached,
        why_halted=why_halted,
        said=said,
        errors=errors or {},
        **proof,
    )
