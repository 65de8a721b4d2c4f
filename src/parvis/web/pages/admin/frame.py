"""What all pages of the office share."""

from typing import Any

from starlette.responses import Response

from parvis.web.locales import N_
from parvis.web.visit import Visit

# What was just done, by the word in the address that says so.
DONE: dict[str, str] = {
    "kept": N_("Kept. It is so from now on."),
    "added": N_("Added."),
    "removed": N_("Removed."),
    "published": N_("Published. Members see it now."),
    "ended": N_("Kept. Its end is past, so members do not see it."),
    "draft": N_("Kept as a draft. Nobody sees it yet."),
    "reset": N_("As it was at first."),
    "again": N_("It is being tried again."),
    "discarded": N_("Discarded."),
    "revoked": N_("Revoked. Nobody joins by it any more."),
    "decided": N_("Decided. Each of them gets a letter."),
    "letter": N_("A letter with a link is on its way."),
    "confirmed": N_("The address counts as confirmed."),
    "role": N_("The role is changed."),
    "handed_over": N_("The network is theirs now, and you are an admin of it."),
    "compared": N_("The worker is comparing. Look here again in a minute."),
    "goes_on": N_("No log is stopped."),
    "no_log": N_("There is no log yet: the worker makes it when it first runs."),
    "rotated": N_(
        "A new key signs from now on. Tell it to your witnesses, and to whoever checks your log."
    ),
    "succeeded": N_("Closed, and succeeded. Tell the new key to your witnesses and to auditors."),
    "nothing": N_("Nobody was chosen, so nothing was done."),
    "nothing_chosen": N_("Nothing was chosen, so nothing was done."),
}


def render(visit: Visit, template: str, status: int = 200, /, **values: Any) -> Response:
    """A page of the office. It is nobody else's, so no cache keeps it."""
    visit.is_secret = True
    said = DONE.get(visit.ask("done"))
    values.setdefault("notice", visit.locale.text(said) if said else "")
    return visit.render(template, status, **values)
