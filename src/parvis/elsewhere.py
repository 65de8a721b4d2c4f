"""Settings that name servers elsewhere: how their addresses are read (settings.py has the table)."""

from urllib.parse import urlsplit

# Who passes drand's rounds on: the League of Entropy's own relays and one beside them.
RELAYS = (
    "https://api.drand.sh,https://api2.drand.sh,https://api3.drand.sh,https://drand.cloudflare.com"
)


def relays(text: str) -> str:
    relays = [one.strip().rstrip("/") for one in text.split(",")] if text != "none" else []
    for relay in relays:
        url = urlsplit(relay)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            raise ValueError("write addresses with commas between, or none")
    return ",".join(relays) or "none"


def smtp_url(text: str) -> str:
    example = "write smtp://user:password@mail.example.org:587 (smtps:// for TLS from the start)"
    try:
        url = urlsplit(text)
        known = url.scheme in {"smtp", "smtps"} and url.hostname and (url.port or True)
    except ValueError:
        known = False
    if not known:
        raise ValueError(example)
    return text


def storage_url(text: str) -> str:
    url = urlsplit(text)
    is_whole = url.hostname and url.username and url.password and url.path.strip("/")
    if url.scheme not in {"s3", "s3+http"} or not is_whole:
        raise ValueError("write s3://key:secret@host/bucket?region=eu-west-1")
    return text
