"""Refusals of the domain in the reader's words: the domain speaks the API's English."""

from parvis.domain import errors
from parvis.web.locales import N_, Locale

UNKEPT = N_("This holds characters that cannot be kept.")
# (field, reason) as the domain names them → what to change, said to the person who typed it.
SAID: dict[tuple[str, str], str] = {
    ("username", "ERR_TAKEN"): N_("This name is taken, or looks like one that is. Choose another."),
    ("username", "ERR_RESERVED"): N_("The network keeps this name for itself. Choose another."),
    ("username", "ERR_INVALID"): N_("Use letters without accents, numbers and _, 30 at most."),
    ("username", "ERR_BLANK"): N_("Choose a name."),
    ("email", "ERR_TAKEN"): N_("This address already has an account. Log in instead."),
    ("email", "ERR_INVALID"): N_("Write a whole address, such as name@example.org."),
    ("email", "ERR_BLANK"): N_("Write your e-mail address."),
    ("password", "ERR_TOO_SHORT"): N_("Use at least 8 characters; a sentence is best."),
    ("password", "ERR_TOO_LONG"): N_("Use at most 256 characters."),
    ("password", "ERR_BLOCKED"): N_(
        "This password is among those that are guessed first. A sentence is best."
    ),
    ("password", "ERR_INVALID"): N_("This is not the right password."),
    ("password", "ERR_BLANK"): N_("Write a password."),
    ("code", "ERR_INVALID"): N_("This code is not right, or it was used already."),
    ("answer", "ERR_INVALID"): N_("This passkey could not be checked. Try again."),
    ("name", "ERR_INVALID"): N_("Give the passkey a name of at most 60 letters."),
    ("name", "ERR_TOO_MANY"): N_("You have as many passkeys as anybody may. Remove one first."),
    ("email", "ERR_SAME"): N_("This is your address already."),
    ("visibility", "ERR_INVALID"): N_("Choose who sees your messages."),
    ("source[language]", "ERR_INVALID"): N_("Choose a language of the list."),
    ("media", "ERR_INVALID"): N_("Choose how pictures are shown."),
    ("current", "ERR_INVALID"): N_("This is not your current password."),
    ("reason", "ERR_BLANK"): N_("Say in a sentence or two why you would like to join."),
    ("agreement", "ERR_ACCEPTED"): N_("Agree to the rules to join."),
    ("reason", "ERR_INVALID"): UNKEPT,
    ("title", "ERR_INVALID"): N_("Give the network a name of at most 60 letters."),
    ("text", "ERR_REASON"): N_("Write the reason: the person will read it."),
    ("text", "ERR_BLANK"): N_("Write something first."),
    ("text", "ERR_INVALID"): N_("It is too long, or holds characters that cannot be kept."),
    ("contact", "ERR_INVALID"): N_("Nobody here is called so."),
    ("contact_email", "ERR_INVALID"): N_("Write a whole address, such as name@example.org."),
    ("languages", "ERR_INVALID"): N_(
        "Write codes of languages with commas between, such as fr, en."
    ),
    ("registrations", "ERR_INVALID"): N_("Choose who may join."),
    ("accent", "ERR_INVALID"): N_("Write a colour such as #0e6a5b."),
    ("logo", "ERR_INVALID"): N_("Send a JPEG, PNG, GIF, WebP or AVIF picture of at most 8 MB."),
    ("zone", "ERR_INVALID"): N_("Write a time zone such as Europe/Paris, or UTC."),
    ("starts_at", "ERR_INVALID"): N_("Write a day and an hour."),
    ("ends_at", "ERR_INVALID"): N_("Write a day and an hour, after the beginning."),
    ("category", "ERR_INVALID"): N_("Use at most 100 letters."),
    ("uses_most", "ERR_INVALID"): N_("Choose from the list."),
    ("days", "ERR_INVALID"): N_("Choose from the list."),
    **{
        (kind, reason): said
        for kind in ("age", "gender", "region", "education")
        for reason, said in {
            "ERR_INVALID": N_(
                "Write a category, a colon and its part of the population in each line."
            ),
            "ERR_CATEGORIES": N_("Name 2 to 30 categories, each once."),
            "ERR_TOO_MANY": N_(
                "These are too many combinations. Ask less, or in fewer categories."
            ),
        }.items()
    },
    ("population", "ERR_BLANK"): N_("Say whom these parts are of, in at most 120 letters."),
    ("source", "ERR_BLANK"): N_("Say where the figures are from, so that others can look."),
    ("size", "ERR_INVALID"): N_("Write a number of people, in digits."),
    ("display_name", "ERR_INVALID"): UNKEPT,
    ("note", "ERR_INVALID"): UNKEPT,
    ("fields_attributes", "ERR_INVALID"): N_("A line needs a name, and there are four at most."),
    ("avatar", "ERR_INVALID"): N_("Send a JPEG, PNG, GIF, WebP or AVIF picture of at most 8 MB."),
    ("header", "ERR_INVALID"): N_("Send a JPEG, PNG, GIF, WebP or AVIF picture of at most 8 MB."),
    ("domain", "ERR_INVALID"): N_("Write the name of another server, such as example.org."),
    ("id", "ERR_TOO_MANY"): N_(
        "You follow as many people as you may for now. Unfollow some first."
    ),
    ("id", "ERR_NOT_FOLLOWED"): N_("Follow them before you recommend them."),
    ("id", "ERR_INVALID"): N_("Nobody does this to themselves."),
    ("duration", "ERR_INVALID"): N_("Choose one of the durations."),
    ("category", "ERR_UNSAID"): N_("Choose what it is about."),
    ("rule", "ERR_UNSAID"): N_("Choose the rule that is broken."),
    ("comment", "ERR_UNSAID"): N_("Say in a sentence what is wrong."),
    ("rule_ids", "ERR_INVALID"): N_("A rule was changed meanwhile. Choose again."),
    ("choices", "ERR_INVALID"): N_("Choose one of the answers, each once."),
    ("choices", "ERR_BLANK"): N_("Choose an answer first."),
    ("choices", "ERR_RANK"): N_("Give each rank to one answer only: 1, 2, 3 and so on."),
    ("status_ids", "ERR_INVALID"): N_("Choose a hundred messages at most."),
    ("subject", "ERR_BLANK"): N_("Write something first."),
    ("addressee", "ERR_BLANK"): N_("Say whom it is addressed to."),
    ("acct", "ERR_INVALID"): N_("Nobody here is called so."),
    ("goal", "ERR_INVALID"): N_("Write a number from 1 to a thousand million."),
    ("lasts", "ERR_INVALID"): N_("Write a number of days, three years at most."),
    ("places", "ERR_INVALID"): N_("Write 300 places at most, one a line."),
    ("domains", "ERR_INVALID"): N_("Write domains such as example.org, with commas between."),
    ("verifier", "ERR_INVALID"): N_("Choose who may sign."),
    ("service", "ERR_BLANK"): N_("Give the service a name."),
    ("service", "ERR_TAKEN"): N_("There is a service of this name already."),
    ("issuer", "ERR_INVALID"): N_(
        "Write its address as it names itself, by https, such as https://login.example.org."
    ),
    ("client_id", "ERR_BLANK"): N_("Write the identifier that the service gave this network."),
    ("client_id", "ERR_INVALID"): N_("Use plain letters, digits and signs."),
    ("client_secret", "ERR_INVALID"): N_("Use plain letters, digits and signs."),
    ("scopes", "ERR_INVALID"): N_("Use plain letters, digits and signs."),
    ("claim", "ERR_INVALID"): N_("Use plain letters, digits and signs."),
    ("claim", "ERR_BLANK"): N_("Say which claim has to say this."),
    ("claim_value", "ERR_INVALID"): UNKEPT,
    ("signature", "ERR_BLANK"): N_("Write your name, or choose that none is shown."),
    ("signature", "ERR_INVALID"): UNKEPT,
    ("place", "ERR_INVALID"): N_("Choose from the list."),
    ("line", "ERR_BLANK"): N_("Write what is asked for here."),
    ("line", "ERR_UNLISTED"): N_("This is not on the list of those who may sign."),
    ("email", "ERR_DOMAIN"): N_("This address is not at one of the domains that may sign."),
    ("why", "ERR_BLANK"): N_("Write the reason: everybody will read it."),
    ("reason", "ERR_UNSAID"): N_("Choose a reason."),
    ("person", "ERR_NONE"): N_("No signature of this petition has this pseudonym."),
    ("answer", "ERR_BLANK"): N_("Write something first."),
    ("roll", "ERR_BLANK"): N_("Give the list a name."),
    ("roll", "ERR_TAKEN"): N_("There is a list of this name already."),
    ("asks", "ERR_BLANK"): N_("Say what signatories are to write."),
    ("file", "ERR_BLANK"): N_("Choose a file that is not empty."),
}
SAY_THE_MOST = {"title", "name", "category"}  # fields whose words hold how long they may be
OTHERWISE = N_("This cannot be accepted. Change it and try again.")
TOO_LONG = N_("This is too long.")
# A state that hinders, by the reason of domain.errors.Forbidden.
HINDERED: dict[str, str] = {
    "suspended": N_("Your account is suspended."),
    "disabled": N_("Your log-in is disabled."),
    "unconfirmed": N_("Confirm your e-mail address first: open the link we sent you."),
    "unapproved": N_("Your request to join is waiting for approval."),
    "rank": N_("This account’s role is not below yours."),
    "self": N_("Nobody decides about their own account."),
    "state": N_("The account is already in that state."),
    "not_staff": N_("This is for the network’s moderators."),
    "not_owner": N_("Only the owner hands the network over."),
    "not_admin": N_("This is for the network’s owner and admins."),
    "invite": N_("Members do not invite on this network."),
    "invitation": N_("This invitation works no more. Ask for another."),
    "no_factors": N_("This person has no second factor."),
    "no_key": N_(
        "This machine lacks the key that one-time codes are kept under. Tell whoever runs the network."
    ),
    "issued": N_(
        "You have your token already, in another browser or app. Only there can you vote."
    ),
    "secret_ballot": N_("This is a secret ballot: vote on its own page."),
    "session_ended": N_("Your session has ended, and nothing was done. Log in again."),
    "sole_owner": N_("You are this network’s only owner: hand it to somebody else first."),
    "has_owner": N_("This network has its owner already."),
    "link": N_("This link was used already, or it is too old."),
    "locked": N_("This is decided by whoever runs the server."),
    "petitions": N_("Petitions are not yours to start on this network."),
    "sign_with_account": N_("This petition is signed with an account: log in first."),
    "signature_removed": N_(
        "Your signature was removed from this petition. The public log says why."
    ),
    "signed": N_(
        "This petition was signed already with this account, address, line or log-in: once is what counts."
    ),
    "petition_over": N_("This petition is over. Nobody can sign any more."),
    "rewritten": N_(
        "The petition closed or got another text meanwhile. Open it again and read it."
    ),
    "withdrawn_late": N_(
        "This petition is over: signatures stay as they are. Your name can still be erased from it."
    ),
    "not_signed": N_("There is no signature any more that could be taken back."),
    "answered": N_("This petition has its answer already."),
    "sign_by_service": N_(
        "This petition is signed on its page, by way of the service it rests on."
    ),
    "no_issuer": N_("There is no such service, or a petition stands on it."),
    "no_roll": N_("There is no such list, or a petition stands on it."),
    "self_report": N_("You cannot report yourself."),
    "own_poll": N_("Nobody votes in their own poll."),
    "ended": N_("The poll has ended."),
    "voted": N_("You have voted in this poll already."),
    "ineligible_account_age": N_("Your account was too young for this poll when it opened."),
    "ineligible_followers": N_("Only followers of the author vote in this poll."),
    "ineligible_followed": N_("Only those whom the author follows vote in this poll."),
    "ineligible_verified_domain": N_(
        "In this poll only accounts with a verified link to a certain site vote: the poll says which."
    ),
    "ineligible_local": N_("Only accounts of this network vote in this poll."),
    "ineligible_list": N_(
        "Only those who were on the author’s list when it opened vote in this poll."
    ),
    "ineligible_invitation": N_("Only those who used an invitation vote in this poll."),
    "ineligible_email_domain": N_(
        "In this poll only accounts with a confirmed e-mail address at a certain domain vote: the poll says"
        " which. You confirm yours in your account’s settings."
    ),
    "invitation_used": N_("This invitation was used already."),
    "registrations_closed": N_("This network does not take new members at the moment."),
}


def beside(refused: errors.Invalid, locale: Locale) -> dict[str, str]:
    """The message to show beside each field that was refused."""
    return {fault.field: locale.text(_said(fault)) for fault in refused.faults}


def _said(fault: errors.Fault) -> str:
    exact = SAID.get((fault.field, fault.reason))
    if exact is None and fault.reason == "ERR_TOO_LONG" and fault.field not in SAY_THE_MOST:
        return TOO_LONG
    return exact or SAID.get((fault.field, "ERR_INVALID"), OTHERWISE)


def hindered(refused: errors.Refused, locale: Locale) -> str | None:
    """Why this person may not do it; None when no more can be said than its kind."""
    words = HINDERED.get(refused.reason)
    return locale.text(words) if words else None


# Why another server was not asked, or gave nothing, as infra.outgoing says it.
UNREACHED: dict[str, str] = {
    "it takes too long to answer": N_("it takes too long to answer"),
    "its certificate is not valid": N_("its certificate is not valid"),
    "it redirects too often": N_("it redirects too often"),
    "it redirects to no address": N_("it redirects to no address"),
    "this is no address": N_("this is no address"),
    "only https is asked": N_("only https is asked"),
    "this port is not the web's": N_("this port is not the web’s"),
    "this address is not the public internet's": N_("this address is not the public internet’s"),
    "its answer is too large": N_("its answer is too large"),
    "its answer is packed, which was not asked for": N_(
        "its answer is packed, which was not asked for"
    ),
    "other issuer": N_("it names itself otherwise"),
}
SILENT = N_("no answer: %(why)s")
ANSWERED = N_("it answered %(code)s")


def unreached(why: str, locale: Locale) -> str:
    """The reason in the reader's words; names of faults and codes stay as they are."""
    kind, _, rest = why.partition(": ")
    if kind == "no answer":
        return locale.text(SILENT, why=rest)
    if why.startswith("it answered ") and why.removeprefix("it answered ").isdecimal():
        return locale.text(ANSWERED, code=why.removeprefix("it answered "))
    return locale.text(UNREACHED[why]) if why in UNREACHED else why
