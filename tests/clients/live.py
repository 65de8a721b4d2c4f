"""A whole running network for foreign clients: `serve` with its worker, and people who registered."""

import json
import shutil
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.process.networks import Network

PASSWORD = "a long enough password"
SCOPES = "read write follow push"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Member(msgspec.Struct):
    username: str
    email: str
    token: str


class Live:
    """The network, and registering through its API as an app does."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.url = f"http://localhost:{network.port}"
        self._members: dict[str, Member] = {}

    def send(self, path: str, token: str | None = None, **form: str) -> dict[str, object]:
        """A form sent by POST, and the JSON that came back."""
        request = urllib.request.Request(  # noqa: S310 - ours
            self.url + path, urllib.parse.urlencode(form).encode()
        )
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=90) as answer:  # noqa: S310 - ours
            return json.load(answer)

    def member(self, username: str) -> Member:
        """A person of that name, registered once."""
        if username not in self._members:
            app = self.send(
                "/api/v1/apps", client_name="Rig", redirect_uris=OUT_OF_BAND, scopes=SCOPES
            )
            granted = self.send(
                "/oauth/token",
                grant_type="client_credentials",
                client_id=str(app["client_id"]),
                client_secret=str(app["client_secret"]),
                scope=SCOPES,
            )
            email = f"{username}@example.org"
            token = self.send(
                "/api/v1/accounts",
                str(granted["access_token"]),
                username=username,
                email=email,
                password=PASSWORD,
                agreement="true",
                locale="fr",
            )
            self._members[username] = Member(username, email, str(token["access_token"]))
        return self._members[username]


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """One network for all stories of a test process; each takes people of its own."""
    # Not pytest's folder: as root the database runs as somebody who may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="parvis-live-"))
    folder.chmod(0o755)
    network = Network(
        folder,
        PARVIS_RATE_LIMITS="off",
        PARVIS_REGISTRATIONS="open",
        PARVIS_CONFIRM_EMAIL="off",
    )
    network.start()
    try:
        yield Live(network)
    finally:
        network.end()
        shutil.rmtree(folder, ignore_errors=True)
