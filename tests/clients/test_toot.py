"""toot, the command line client, as published: log in, publish, vote, read."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
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
        member = live.member(username)
        self.toot("login_cli", "-i", live.url, "-e", member.email, "-p", PASSWORD)

    def toot(self, *arguments: str, fails: bool = False) -> str:
        """What the command printed."""
        done = subprocess.run(  # noqa: S603 - the client under test
            [str(TOOT), *arguments],
            env={**os.environ, "XDG_CONFIG_HOME": str(self.folder), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert fails or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def publish(self, *arguments: str) -> dict[str, Any]:
        return json.loads(self.toot("post", "--json", *arguments))


@pytest.fixture
def two(live: Live, tmp_path: Path) -> tuple[Terminal, Terminal]:
    mark = uuid.uuid4().hex[:8]
    return Terminal(tmp_path, live, f"tess_{mark}"), Terminal(tmp_path, live, f"udo_{mark}")


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
    udo.toot("polls", "vote", asked["id"], "0")
    assert "1 vote" in re.sub(r"\\s+", " ", tess.toot("status", asked["id"]))

    udo.publish(f"@{tess.username} lovely", "--reply-to", shown["id"])
    udo.toot("favourite", shown["id"])
    udo.toot("reblog", shown["id"])
    assert "lovely" in tess.toot("thread", shown["id"])
    deadline = time.monotonic() + 15
    while "favourited" not in (told := tess.toot("notifications").lower()):
        assert time.monotonic() < deadline, told
        time.sleep(0.3)
    assert "A picture" in udo.toot("timelines", "home")
    assert tess.username in udo.toot("search", tess.username)

    tess.toot("delete", shown["id"])
    assert "A picture" not in udo.toot("timelines", "home")
    tess.toot("logout", fails=True)


def test_a_refusal_is_readable(two: tuple[Terminal, Terminal]) -> None:
    tess, _ = two
    said = tess.toot("post", "x" * 501, fails=True)
    assert "character limit of 500 exceeded" in said
