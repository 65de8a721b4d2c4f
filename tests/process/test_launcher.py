"""The launcher, run as a newcomer would in a small clone whose lock files ask for nothing."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # whole processes, and environments made from nothing

ROOT = Path(__file__).parents[2]
BASE = os.path.realpath(sys.executable)  # not the environment's: the launcher makes its own


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    (clone / "src" / "parvis").mkdir(parents=True)
    (clone / "src" / "parvis" / "__main__.py").write_text(
        "import sys\nprint('arguments', sys.argv[1:], sys.prefix)\n"
    )
    for name in ("requirements.txt", "requirements-test.txt"):
        (clone / name).write_text("# nothing\n")
    shutil.copy(ROOT / "parvis", clone / "parvis")
    return clone


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Others may enter it. Pytest's own folders are closed again whenever another run of it begins."""
    with tempfile.TemporaryDirectory(prefix="parvis-clone-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def launch(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ours
        [BASE, str(clone / "parvis"), *arguments],
        env={"PATH": os.defpath, "HOME": str(clone.parent)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_the_second_run_prepares_nothing(clone: Path) -> None:
    first = launch(clone, "serve", "--port", "1")
    assert "arguments ['serve', '--port', '1']" in first.stdout
    assert first.stderr.count("\n") == 1  # one line says what it is doing
    second = launch(clone, "serve", "--port", "1")
    assert second.stdout == first.stdout
    assert second.stderr == ""


def test_a_new_lock_file_makes_a_new_environment(clone: Path) -> None:
    old = launch(clone).stdout
    (clone / "requirements.txt").write_text("# something else\n")
    new = launch(clone).stdout
    assert old != new
    kept = [path for path in (clone / ".venv").iterdir() if path.is_dir()]
    assert len(kept) == 2  # a running network may still use the old one
    (clone / "requirements.txt").write_text("# a third\n")
    launch(clone)
    kept = [path for path in (clone / ".venv").iterdir() if path.is_dir()]
    assert len(kept) == 2


def test_an_interrupted_preparation_is_done_again(clone: Path) -> None:
    launch(clone)
    (environment,) = (path for path in (clone / ".venv").iterdir() if path.is_dir())
    (environment / ".complete").unlink()
    shutil.rmtree(environment / "bin")
    assert "arguments" in launch(clone).stdout


@pytest.mark.parametrize("delay_s", [0.05, 0.2, 0.5, 0.8])
def test_killed_at_any_moment(clone: Path, delay_s: float) -> None:
    with subprocess.Popen(  # noqa: S603 - ours
        [BASE, str(clone / "parvis")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as process:
        time.sleep(delay_s)
        os.killpg(process.pid, signal.SIGKILL)
    assert "arguments" in launch(clone).stdout


def test_several_at_once(clone: Path) -> None:
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: launch(clone), range(4)))
    assert len({each.stdout for each in done}) == 1
    assert sum(each.stderr.count("Installing") for each in done) == 1


def test_the_tests_need_more(clone: Path) -> None:
    launch(clone)
    done = launch(clone, "tool", "python", "-c", "print('here')")
    assert done.stdout == "here\n"
    assert "what its tests need" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_clone_that_cannot_be_written(clone: Path, open_folder: Path) -> None:
    clone = shutil.copytree(clone, open_folder / "clone")
    cache = clone.parent / "cache"
    cache.mkdir()
    os.chown(cache, 65534, 65534)
    done = subprocess.run(  # noqa: S603 - ours
        ["/usr/bin/python3", str(clone / "parvis")],
        env={"PATH": os.defpath, "XDG_CACHE_HOME": str(cache)},
        user=65534, group=65534, extra_groups=[],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "arguments" in done.stdout, done.stderr
    assert str(cache) in done.stdout


def test_without_pip_it_says_what_to_install(clone: Path) -> None:
    hidden = clone.parent / "hidden" / "pip"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError")
    done = launch(clone, PYTHONPATH=str(hidden.parent))
    assert done.returncode == 1
    assert "apt install python3-pip" in done.stderr


def test_it_costs_little(clone: Path) -> None:
    """Not a timed test: what the launcher imports is what it costs."""
    launch(clone)
    done = subprocess.run(  # noqa: S603 - ours
        [BASE, "-I", "-S", "-X", "importtime", str(clone / "parvis")],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = re.findall(r"\| +(\S+)$", done.stderr, re.MULTILINE)
    assert "hashlib" in imported
    assert not {"ssl", "asyncio", "urllib.request", "tempfile", "json"} & set(imported)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_lock_files_name_no_place(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert not re.search(r"://|--index|--find-links|(?<![\w-])/\w+/", lock)
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+", lock, re.MULTILINE)
    assert len(pinned) > 20
