"""What the composer says beside a field that was refused: the domain speaks the API's English."""

from starlette.datastructures import UploadFile

from parvis.domain import errors
from parvis.domain.media import uploads
from parvis.domain.pictures import MIB
from parvis.domain.statuses.draft import MAX_LENGTH, MAX_MEDIA, MAX_OPTION_LENGTH, MAX_OPTIONS
from parvis.protocols import text as texts
from parvis.web.composing.form import ComposeForm
from parvis.web.locales import N_, Locale

# Field of the domain → field of the form, and what to change.
SAID: dict[str, tuple[str, str]] = {
    "text": ("text", N_("Write something, or add a picture.")),
    "status": ("text", N_("This holds characters that cannot be kept.")),
    "spoiler_text": ("spoiler_text", N_("This holds characters that cannot be kept.")),
    "media_ids": (
        "media",
        N_("A picture is not there any more, or could not be read. Remove it and add another."),
    ),
    "description": ("media", N_("A description is too long: 1,500 characters at most.")),
    "focus": ("media", N_("The focal point of a picture is not one. Choose it again.")),
    "poll": ("poll", N_("A message has a poll or pictures, not both. Remove one.")),
    "poll[options]": ("poll", N_("Give at least two answers.")),
    "poll[expires_in]": ("poll", N_("A poll is open for a minute at least, a year at most.")),
    "poll[kind]": ("poll", N_("Whether a poll is ranked cannot be changed once it is asked.")),
    "poll[rules]": ("poll", N_("Who may vote cannot be changed once a poll is asked.")),
    "poll[rules][account_age_days]": (
        "poll",
        N_("Give the age of accounts in days, ten years at most."),
    ),
    "poll[rules][verified_domain]": (
        "poll",
        N_("Write the name of a site alone, such as example.org."),
    ),
    "poll[rules][email_domain]": (
        "poll",
        N_("Write what follows the @ in the addresses alone, such as example.org."),
    ),
    "poll[rules][list_id]": ("poll", N_("Nobody on this list could vote. Choose another.")),
    "poll[rules][invitations]": (
        "poll",
        N_("Make 1 to 1,000 invitations, and choose no list beside them."),
    ),
    "language": ("language", N_("Choose a language of the list.")),
    "draft": ("text", N_("You have as many drafts as can be kept. Discard some of them first.")),
}
WORDS = ("text", "status", "spoiler_text")
TOO_MANY_PICTURES = N_("A message has at most four pictures. Remove some.")
FILE_EMPTY = N_("This file is empty. Choose another.")
FILE_LARGE = N_("This file is larger than %(most)s MB. Make it smaller.")
FILE_STRANGE = N_(
    "Choose a JPEG, PNG, GIF, WebP or AVIF of at most 33 megapixels, or a film or sound."
)
TOO_LONG = N_("Shorten it by %(over)s.")
ANSWER_LONG = N_("An answer has at most %(most)s characters.")
ANSWER_TWICE = N_("Two answers are the same.")
ANSWERS_MANY = N_("A poll has at most %(most)s answers.")
POLL_FROZEN = N_("There are votes already: question and answers stay as they are.")
NO_PARENT = N_("The message you answer was deleted, or it is not for you to see any more.")
GONE = N_("This message was deleted meanwhile. Publish what you wrote as a new one.")
TOO_FAST = N_("You publish very fast. Wait a while, then publish again: everything is still here.")
OTHERWISE = N_("This cannot be accepted. Change it and try again.")
HINDERED: dict[str, tuple[str, str]] = {
    "not_yet": ("text", N_("The message before this one is not published yet.")),
    "preparing": ("media", N_("A picture is still being prepared. Publish again in a moment.")),
}


def beside(refused: errors.Refused, form: ComposeForm, locale: Locale) -> dict[str, str]:
    """What was refused, by the field of the form to change."""
    if isinstance(refused, errors.Invalid):
        return dict(_said(fault, form, locale) for fault in refused.faults)
    if isinstance(refused, errors.NotFound):
        return {"text": locale.text(GONE if form.edit else NO_PARENT)}
    if isinstance(refused, errors.TooMany):
        return {"text": locale.text(TOO_FAST)}
    field, sentence = HINDERED.get(refused.reason, ("text", OTHERWISE))
    return {field: locale.text(sentence)}


def _said(fault: errors.Fault, form: ComposeForm, locale: Locale) -> tuple[str, str]:
    field, sentence = SAID.get(fault.field, ("text", OTHERWISE))
    if fault.field in WORDS and fault.reason == "ERR_TOO_LONG":
        return field, locale.text(TOO_LONG, over=locale.number(_over(form)))
    if fault.field == "media_ids" and len(form.media()) > MAX_MEDIA:
        return field, locale.text(TOO_MANY_PICTURES)
    if fault.reason == "poll_frozen":
        return field, locale.text(POLL_FROZEN)
    if fault.field == "poll[options]":
        return field, _answers(form, locale)
    return field, locale.text(sentence)


def _over(form: ComposeForm) -> int:
    written = texts.length(form.text.strip()) + texts.length(form.spoiler_text.strip())
    return max(written - MAX_LENGTH, 1)


def _answers(form: ComposeForm, locale: Locale) -> str:
    options = [option.strip() for option in form.option if option.strip()]
    if len(options) > MAX_OPTIONS:
        return locale.text(ANSWERS_MANY, most=locale.number(MAX_OPTIONS))
    if any(len(option) > MAX_OPTION_LENGTH for option in options):
        return locale.text(ANSWER_LONG, most=locale.number(MAX_OPTION_LENGTH))
    if len({option.casefold() for option in options}) < len(options):
        return locale.text(ANSWER_TWICE)
    return locale.text(SAID["poll[options]"][1])


def of_file(file: UploadFile, locale: Locale) -> str:
    """Why a file was refused."""
    size = file.size or 0
    is_picture = (file.content_type or "").startswith("image/")
    most = uploads.MAX_BYTES if is_picture else uploads.MAX_FILM_BYTES
    if not size:
        return locale.text(FILE_EMPTY)
    if size > most:
        return locale.text(FILE_LARGE, most=locale.number(most // MIB))
    return locale.text(FILE_STRANGE)
