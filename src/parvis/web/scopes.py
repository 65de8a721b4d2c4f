"""What an application may do, in words a person understands before saying yes."""

from collections.abc import Iterable

from parvis.web.locales import N_, Locale

WHOLE: dict[str, str] = {
    "read": N_("See all that you see here, private messages and lists included"),
    "write": N_("Publish, change and delete in your name"),
    "follow": N_("Follow, mute and block for you"),
    "push": N_("Send you notifications"),
    "profile": N_("Know your name and picture"),
    "crypto": N_("Encrypt messages from end to end"),
    "admin": N_("Moderate this network in your name"),
    "admin:read": N_("See reports and what moderators see of accounts"),
    "admin:write": N_("Decide about reports and accounts in your name"),
}
PARTS: dict[str, str] = {
    "accounts": N_("accounts"),
    "blocks": N_("your blocks"),
    "bookmarks": N_("your bookmarks"),
    "collections": N_("your collections"),
    "conversations": N_("your conversations"),
    "favourites": N_("your favourites"),
    "filters": N_("your filters"),
    "follows": N_("your follows"),
    "lists": N_("your lists"),
    "media": N_("your pictures and sounds"),
    "mutes": N_("your mutes"),
    "notifications": N_("your notifications"),
    "reports": N_("reports"),
    "search": N_("search"),
    "statuses": N_("messages"),
}
SEE = N_("See: %(parts)s")
CHANGE = N_("Change: %(parts)s")


def in_words(granted: Iterable[str], locale: Locale) -> list[str]:
    """One line for each whole scope, one for all parts that are read, one for all written."""
    held = sorted(granted)
    lines = [locale.text(WHOLE[scope]) for scope in WHOLE if scope in held]
    for verb, sentence in (("read", SEE), ("write", CHANGE)):
        parts = [
            locale.text(PARTS[part])
            for scope in held
            if scope.startswith(f"{verb}:") and (part := scope.partition(":")[2]) in PARTS
        ]
        if parts:
            lines.append(locale.text(sentence, parts=locale.listed(parts)))
    lines += [
        locale.text(WHOLE[verb])
        for verb in ("admin:read", "admin:write")
        if any(scope.startswith(f"{verb}:") for scope in held)
    ]
    return list(dict.fromkeys(lines))
