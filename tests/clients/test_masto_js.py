"""masto.js 7, as published, on this machine's Node (18 or 20)."""

import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from tests.clients.live import PASSWORD, Live
from tests.clients.pictures import gradient

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent


def test_the_story_in_javascript(live: Live, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node is absent: ./parvis test installs it"
    assert (HERE / "node_modules" / "masto").is_dir(), "masto is absent: ./parvis test installs it"
    picture = tmp_path / "gradient.png"
    picture.write_bytes(gradient())
    mark = uuid.uuid4().hex[:8]
    done = subprocess.run(  # noqa: S603 - the client under test
        [node, str(HERE / "story.mjs"), live.url, mark, PASSWORD, str(picture)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        cwd=HERE,
    )
    assert "the story is told" in done.stdout, done.stdout + done.stderr
