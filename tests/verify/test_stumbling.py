"""A server that stumbles, or lies badly: what was not read is never taken for what was written."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.rig.planting import members
from tests.verify.conftest import Told
from tests.verify.test_planted import SOUND, owner

from parvis_verify import sources

PAGE = b"<!DOCTYPE html><h1>Back soon</h1>"


@contextmanager
def served(saved: Path, fault: Callable[[bytes], bytes], **how: str) -> Iterator[str]:
    """A saved log at its own addresses; what every tile says passes through `fault`."""
    content = members(saved)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log, tile, rest = self.path[1:].partition("/tile/")
            name = f"{log}/{'entries' if rest.startswith('entries') else 'leaves'}/0"
            found = content.get(name if tile else "keys" if log == "log/keys" else log)
            said = fault(found) if found is not None and tile else found
            self.send_response(404 if said is None else 200)
            self.send_header("content-length", str(len((found if how else said) or b"")))
            if tile and said is not None and said[:2] == b"\x1f\x8b":
                self.send_header("content-encoding", "gzip")
            self.end_headers()
            self.wfile.write(said or b"")

        def log_message(self, *_: object) -> None:
            """Nothing is worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_pages_broken_answers_and_bombs_are_unread_and_altered_tiles_are_wrong(
    verify: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_TRIES", 1)
    monkeypatch.setattr(sources, "_LONGEST", 100_000)
    log = owner(*SOUND)
    saved = log.save(tmp_path / "saved.zip")
    cases: list[tuple[Callable[[bytes], bytes], dict[str, str], set[str]]] = [
        (lambda tile: tile, {}, set()),
        (lambda _: PAGE, {}, {"unreadable"}),
        (lambda tile: tile[:-9], {"length": "as announced"}, {"unreadable"}),
        (lambda _: gzip.compress(bytes(1_000_000)), {}, {"unreadable"}),
        (lambda tile: tile[: len(tile) // 2], {}, {"root-wrong"}),
        (lambda tile: tile[:9] + bytes([tile[9] ^ 1]) + tile[10:], {}, {"root-wrong"}),
    ]
    for fault, how, codes in cases:
        with served(saved, fault, **how) as base:
            found = verify(f"{base}/polls/7", "--key", log.key)  # the page that people have open
        is_wrong = "root-wrong" in codes
        assert found.code == (1 if is_wrong else 2 if codes else 0), found.json
        assert codes <= found.codes("wrong") | found.codes("unchecked")
        assert not {"forked", "rewritten"} & found.wrong, "nobody signed two histories"
    with served(saved, lambda tile: tile) as base:
        assert verify(f"{base}/about").code == 2
    monkeypatch.setattr(sources, "_MEMBER_LONGEST", 10)
    assert verify(saved, "--key", log.key).codes("unchecked") == {"unreadable"}
    for wrong in (("--key", "nonsense"), ("--save", tmp_path / "no" / "x.zip")):
        found = verify(saved, *wrong)
        assert (found.code, found.codes("unchecked")) == (2, {"unreadable"})
