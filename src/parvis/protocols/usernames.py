"""Names of people: which are allowed, which look alike, which stay the network's own."""

import re

import idna


class UsernameInvalid(ValueError):
    """The name cannot be a username or an address of a person; the message says why."""


MAX_USERNAME = 30  # Mastodon's limit; apps lay their lists out for it
MAX_ACCT = 600  # a remote name and a domain, before IDNA makes it what DNS allows
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,30}")
# Remote servers may have dots and hyphens inside names.
_REMOTE_USERNAME = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*")
# RFC 1035 §2.3.1 and RFC 5891 §4.2.3.1: letters, digits, inner hyphens; none in places 3 and 4,
# where `xn--` has to be checked.
_PLAIN_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.|\Z))+(?<!\.)", re.ASCII
)
_PORT = re.compile(r":([1-9][0-9]{1,4})", re.ASCII)
_MAX_PORT = 65_535

# Words of the network's own: routes now or later (a page may become /name), and names by which
# someone could pass for the people who run it, in English and French.
_ROUTES = """about account accounts actor api app apps assets auth avatar avatars blog bookmarks
    confirm contact css deck demo directory docs download edit emoji error events explore favicon
    favourites federation feed feeds files followers following fonts games header headers health
    help home host_meta icons images img inbox index instance invite invites js jobs join legal
    lists live local login logout manifest media mentions messages metrics news nodeinfo
    notifications oauth offline outbox petitions policy polls post posts preferences press privacy
    profile profiles proof proofs public pulse remote report reports robots room rooms rss rules
    search security session sessions settings share shared_inbox sign_in sign_out sign_up signin
    signout signup sitemap static status statuses streaming styles sw system tag tags terms
    timeline timelines tos transparency trending upload uploads user users verify videos web
    webfinger well_known widget www"""
_AUTHORITY = """abuse account_support admin administrateur administration administrator admins
    assistance autoconfig autodiscover bot broadcasthost dns everyone founder ftp hostmaster imap
    info localhost mail mailer_daemon mastodon mod moderateur moderation moderator moderators
    moderatrice mods nobody none noreply no_reply null official officiel ops owner parvis
    password pop pop3 postmaster proprietaire root safety server smtp ssl staff superuser support
    sysadmin sysop team trust undefined usenet uucp webmaster"""
RESERVED = frozenset(_ROUTES.split()) | frozenset(_AUTHORITY.split())


def parse_username(text: str) -> str:
    """Check a name for an account here, spelled as its owner likes; whether it is free is asked
    of the domain, by lower case and by `skeleton`, both.
    """
    if not text:
        raise UsernameInvalid("A username is needed")
    if len(text) > MAX_USERNAME:
        raise UsernameInvalid(f"A username has at most {MAX_USERNAME} characters")
    if not _USERNAME.fullmatch(text):
        raise UsernameInvalid(
            "A username has only letters without accents, numbers and underscores"
        )
    return text


def skeleton(username: str) -> str:
    """Give the form that names which look alike share: PaypaI and paypal, admin0 and admino."""
    # I first: once in lower case it no longer looks like l. Then what is drawn alike.
    folded = username.replace("I", "l").lower().translate(_ALIKE)
    return folded.replace("vv", "w")


def is_reserved(username: str) -> bool:
    """Tell whether the name is the network's own, or looks like it."""
    return _bare(username) in _RESERVED


def parse_acct(text: str) -> tuple[str, str | None]:
    """Read `user`, `@user`, `user@domain` or `@user@domain`; no domain means this network's."""
    if len(text) > MAX_ACCT:
        raise UsernameInvalid(f"An address has at most {MAX_ACCT} characters")
    username, at, domain = text.strip().removeprefix("@").partition("@")
    if not _REMOTE_USERNAME.fullmatch(username):
        raise UsernameInvalid("An address of a person is written user or user@domain")
    return username, parse_domain(domain) if at else None


def parse_domain(text: str) -> str:
    """Give the one spelling of a domain: lower case, IDNA (RFC 5891), no final dot."""
    domain, colon, port = text.partition(":")
    if colon and not (_PORT.fullmatch(f":{port}") and int(port) <= _MAX_PORT):
        raise UsernameInvalid("The port of the domain is not a number from 10 to 65535")
    domain = domain.lower().removesuffix(".")
    if not _PLAIN_DOMAIN.fullmatch(domain):
        try:
            # UTS #46 folds what people type: full-width letters, capitals, ideographic dots.
            domain = idna.encode(domain, uts46=True, std3_rules=True).decode().removesuffix(".")
        except idna.IDNAError:
            raise UsernameInvalid(f"{text[:60]!a} is not a domain") from None
    return f"{domain}{colon}{port}"


# Drawn alike in the fonts of common apps; "rn" for m is what idn homograph lists start with.
_ALIKE = str.maketrans({"0": "o", "1": "l", "m": "rn"})


def _bare(username: str) -> str:
    """Fold harder than `skeleton`, for adm1n, _admin_ and admin2 pass for admin too."""
    return skeleton(username.replace("_", "").rstrip("23456789")).replace("i", "l")


_RESERVED = frozenset(map(_bare, RESERVED))
