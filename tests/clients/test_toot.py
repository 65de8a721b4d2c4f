"""toot, the command line client, as published: log in, publish, vote, read."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.clients.live import PASSWORD, Live
from tests.clients.pictures import gradient

pytestmark = pytest.mark.slow
TOOT = Path(sys.executable).parent / "toot"


class Terminal:
    """Somebody at a terminal with a folder of settings of their own."""

    def __init__(self, folder: Path, live: Live, username: str) -> None:
        self.folder = folder / username
        self.folder.mkdir()
        self.username = username
        self.instance = live.url.partition("://")[2]
        member = live.member(username)
        self.toot("login_cli", "-i", live.url, "-e", member.email, "-p", PASSWORD)

    def toot(self, *arguments: str, fails: bool = False) -> str:
        """What the command printed; `fails`: it has to end with a refusal."""
        done = subprocess.run(  # noqa: S603 - the client under test
            [str(TOOT), *arguments],
            env={**os.environ, "XDG_CONFIG_HOME": str(self.folder), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def publish(self, *arguments: str) -> dict[str, Any]:
        """Publish, and answer the status. Before it toot may say that it waits for media."""
        said = self.toot("post", "--json", *arguments)
        return json.loads(said[said.index("{") :])

    def told(self, *arguments: str) -> Any:
        return json.loads(self.toot(*arguments, "--json"))


@pytest.fixture
def two(live: Live, tmp_path: Path) -> tuple[Terminal, Terminal]:
    mark = uuid.uuid4().hex[:8]
    return Terminal(tmp_path, live, f"tess_{mark}"), Terminal(tmp_path, live, f"udo_{mark}")


def eventually(what: Callable[[], str], words: str, patience_s: float = 60) -> None:
    """Ask until the words are in the answer: the worker is another process, and may be busy."""
    deadline = time.monotonic() + patience_s
    while words not in (said := what().lower()):
        assert time.monotonic() < deadline, said
        time.sleep(0.3)


def test_the_terminal_day(two: tuple[Terminal, Terminal], tmp_path: Path) -> None:
    tess, udo = two
    assert tess.username in tess.toot("whoami")
    udo.toot("follow", tess.username)
    assert tess.username in udo.toot("following")

    picture = tmp_path / "gradient.png"
    picture.write_bytes(gradient())
    shown = tess.publish("A picture", "--media", str(picture), "--description", "A gradient")
    assert shown["media_attachments"][0]["description"] == "A gradient"

    asked = tess.publish("Tea?", "--poll-option", "Yes", "--poll-option", "No")
    udo.toot("polls", "vote", asked["poll"]["id"], "0")
    assert "Yes 100% (1)" in re.sub(r"\s+", " ", tess.toot("status", asked["id"]))
    assert udo.told("polls", "show", asked["poll"]["id"])["own_votes"] == [0]

    reply = udo.publish(f"@{tess.username} lovely", "--reply-to", shown["id"])
    assert reply["in_reply_to_id"] == shown["id"]
    udo.toot("favourite", shown["id"])
    udo.toot("reblog", shown["id"])
    udo.toot("bookmark", shown["id"])
    assert "A picture" in udo.toot("bookmarks", "--once")
    assert "lovely" in tess.toot("thread", shown["id"])
    for words in ("favourited", "boosted", "mentioned", "follows you"):
        eventually(lambda: tess.toot("notifications"), words)
    eventually(lambda: udo.toot("timelines", "home", "--no-pager"), "a picture")
    assert tess.username in udo.toot("search", tess.username)


def test_taking_back(two: tuple[Terminal, Terminal]) -> None:
    tess, udo = two
    udo.toot("follow", tess.username)
    shown = tess.publish("Written in haste")
    udo.toot("favourite", shown["id"])
    udo.toot("unfavourite", shown["id"])
    assert tess.told("status", shown["id"])["favourites_count"] == 0
    eventually(lambda: udo.toot("timelines", "home", "--no-pager"), "in haste")
    tess.toot("delete", shown["id"])
    assert "in haste" not in udo.toot("timelines", "home", "--no-pager")
    assert "record not found" in udo.toot("status", shown["id"], fails=True).lower()
    udo.toot("unfollow", tess.username)
    assert tess.username not in udo.toot("following")
    tess.toot("logout", f"{tess.username}@{tess.instance}")
    tess.toot("whoami", fails=True)


def test_a_refusal_is_readable(two: tuple[Terminal, Terminal]) -> None:
    tess, _ = two
    said = tess.toot("post", "x" * 501, fails=True)
    assert "character limit of 500 exceeded" in said
