"""What the domain says of rooms in English, in the reader's words; and the words of choices."""

from parvis.domain.errors import Invalid, Refused
from parvis.web.locales import N_, Locale

ACCESS: dict[str, str] = {
    "public": N_("Everybody, without an account"),
    "members": N_("Members of this network"),
    "followers": N_("Those who follow me"),
}
DONE: dict[str, str] = {
    "open": N_("The doors are open. Listeners hear hold music until you start."),
    "start": N_("You are live."),
    "pause": N_("Paused. Listeners hear hold music."),
    "resume": N_("You are live again."),
    "end": N_("The room is over."),
    "publish": N_("Everybody who could listen can listen again."),
    "withdraw": N_("Only its hosts can listen again now."),
    "record": N_("From now on it is recorded, and everybody who speaks can see so."),
    "unrecord": N_("From now on nothing is recorded."),
    "raise": N_("Your hand is raised. The hosts see it."),
    "lower": N_("Your hand is down."),
    "accept": N_("You are among the speakers."),
    "decline": N_("You said no."),
    "step_down": N_("You are a listener again."),
    "invite": N_("Invited. They see it when they open this page."),
    "change": N_("Changed."),
    "ask": N_("Asked. Others can vote for your question."),
}
REACTIONS: dict[str, str] = {
    "clap": N_("Applause"),
    "heart": N_("Heart"),
    "laugh": N_("Laughter"),
    "wonder": N_("Wonder"),
    "agree": N_("Agreement"),
}
_REFUSED: dict[str, str] = {
    "not_host": N_("This is for the hosts of the room."),
    "room_scheduled": N_("The doors are not open yet."),
    "room_open": N_("The doors are open already."),
    "room_live": N_("The room is live already."),
    "room_paused": N_("The room is paused."),
    "room_ended": N_("The room is over."),
    "room_published": N_("The room is over."),
    "removed": N_("A host removed you from the speakers. They can invite you again."),
    "hands": N_("Many hands are raised already. Try again later."),
    "moved_on": N_("This is not so any more: somebody else was quicker."),
    "many_questions": N_("Five of your questions wait for an answer here. That is enough for now."),
    "no_captions": N_("There is nothing to write down now."),
    "in_call": N_("You have started a call that goes on. End it first."),
    "many_rooms": N_("You have twenty rooms that are not over. End or delete one first."),
}
_FIELDS: dict[str, str] = {
    "subject": N_("Say in at most 120 letters what it is about."),
    "starts_at": N_("Choose a day and an hour."),
    "zone": N_("Write a time zone such as Europe/Paris, or UTC."),
    "speakers": N_("Write names of members with spaces between, such as @bob @carol; ten at most."),
    "text": N_("Write something, not too long."),
    "gain": N_("Choose from 12 dB softer to 12 dB louder."),
    "acct": N_("There is nobody of this name here."),
}
_PAST = N_("This moment is over. Choose one that is to come.")
_FAR = N_("Choose a moment within a year.")
_NOBODY = N_("There is no %(name)s here.")
_NO_CALLS = N_("%(name)s takes no calls of yours.")


def beside(refused: Invalid, locale: Locale) -> dict[str, str]:
    """What to change, by field."""
    found: dict[str, str] = {}
    for fault in refused.faults:
        said = _FIELDS.get(fault.field, "")
        if fault.field == "starts_at" and fault.reason in ("past", "far"):
            said = _PAST if fault.reason == "past" else _FAR
        name = fault.description.partition("There is no ")[2].removesuffix(" here")
        if fault.reason == "no_calls":
            found[fault.field] = locale.text(_NO_CALLS, name=fault.description.partition(" ")[0])
        elif fault.field == "speakers" and name:
            found[fault.field] = locale.text(_NOBODY, name=name)
        else:
            found[fault.field] = locale.text(said) if said else fault.description
    return found


def refusal(refused: Refused, locale: Locale) -> str:
    """The sentence of a refusal; "" when this page has none for it."""
    said = _REFUSED.get(refused.reason)
    return locale.text(said) if said else ""
