"""Which way a player takes to a room's sound, asked of the module itself."""

import json
import subprocess
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[2] / "src/parvis/web/js/ways.js"
STORY = """
import { Ways } from "./ways.mjs"
const told = {}
const alone = new Ways(null, "/listen/7")
told.alone = [alone.areSeveral, alone.to("aac/9.m4s", "T", true), alone.elsewhere(0), alone.elsewhere(503)]
const ways = new Ways("https://a.example https://b.example", "/listen/7")
const [first, second] = ways.all
told.all = [...ways.all].sort()
told.part = ways.to("aac/9.m4s", "T", true) === `${first}/aac/9.m4s`
told.state = ways.to("state", "T", true) === `${first}/state?t=T`
told.restricted = ways.to("aac/9.m4s", "T", false) === `${first}/aac/9.m4s?t=T`
told.nobody = ways.to("state", undefined, true) === `${first}/state`
// Refused for what one is, nobody goes elsewhere.
told.kept = [ways.elsewhere(403), ways.now === first]
// Full: the other relay, by the ticket's lane; and never the network itself.
told.full = [ways.elsewhere(503), ways.now === second, ways.to("aac/9.m4s", "T", true).endsWith("?t=T")]
told.both = [ways.elsewhere(503), ways.now === first]
ways.well()
// Gone: the other, then the network, then a pause.
told.gone = [ways.elsewhere(0), ways.elsewhere(0), ways.now, ways.to("state", "T", true), ways.elsewhere(0)]
console.log(JSON.stringify(told))
"""


@pytest.mark.slow
def test_ways(tmp_path: Path) -> None:
    (tmp_path / "ways.mjs").write_text(MODULE.read_text())
    (tmp_path / "story.mjs").write_text(STORY)
    done = subprocess.run(  # noqa: S603 - ours
        ["node", str(tmp_path / "story.mjs")],  # noqa: S607 - Debian's
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    own = "/listen/7"
    assert json.loads(done.stdout) == {
        "alone": [False, f"{own}/aac/9.m4s", False, False],
        "all": [own, f"https://a.example{own}", f"https://b.example{own}"],
        "part": True,
        "state": True,
        "restricted": True,
        "nobody": True,
        "kept": [False, True],
        "full": [True, True, True],
        "both": [False, True],
        "gone": [True, True, own, f"{own}/state", False],
    }
