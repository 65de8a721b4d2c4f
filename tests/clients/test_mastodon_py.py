"""Mastodon.py, as published: a story from registering to deleting."""

import threading
import time
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from mastodon import Mastodon, MastodonNotFoundError, StreamListener
from tests.clients.live import OUT_OF_BAND, PASSWORD, Live
from tests.clients.pictures import gradient

pytestmark = [
    pytest.mark.slow,
    # The library's own habits, not ours: sockets left to the collector, old calls of old modules.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Ears(StreamListener):
    """What a stream said."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[str] = []
        self.deletes: list[str] = []
        self.notifications: list[str] = []

    def on_update(self, status: Any) -> None:
        self.updates.append(str(status.id))

    def on_delete(self, status_id: Any) -> None:
        self.deletes.append(str(status_id))

    def on_notification(self, notification: Any) -> None:
        self.notifications.append(notification.type)


def eventually(what: Callable[[], Any], patience_s: float = 60) -> Any:
    deadline = time.monotonic() + patience_s
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
    return found


def newcomer(live: Live, username: str) -> Mastodon:
    """Somebody who registers with Mastodon.py itself."""
    client_id, secret = Mastodon.create_app("story", api_base_url=live.url)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=live.url)
    client.create_account(username, PASSWORD, f"{username}@example.org", agreement=True)
    return client


@pytest.fixture
def two(live: Live) -> tuple[Mastodon, Mastodon]:
    mark = uuid.uuid4().hex[:8]
    return newcomer(live, f"ada_{mark}"), newcomer(live, f"bea_{mark}")


def test_log_in_by_password_and_by_code_address(live: Live) -> None:
    member = live.member("logger")
    client_id, secret = Mastodon.create_app("story", api_base_url=live.url)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=live.url)
    client.log_in(member.email, PASSWORD, allow_http=True)
    assert client.me().username == "logger"
    address = client.auth_request_url(redirect_uris=OUT_OF_BAND, allow_http=True)
    assert address.startswith(f"{live.url}/oauth/authorize?")
    assert client.instance_v2().title


def test_publish_vote_reply_reblog_follow_and_delete(
    two: tuple[Mastodon, Mastodon], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bea = two
    # It sleeps five seconds between two looks at a picture.
    monkeypatch.setattr("mastodon.media.time", SimpleNamespace(sleep=lambda _: time.sleep(0.1)))
    bea.account_follow(ada.me())
    assert ada.account_relationships(bea.me())[0].followed_by

    picture = ada.media_post(
        gradient(), "image/png", description="A gradient", focus=(0.5, -0.5), synchronous=True
    )
    shown = ada.status_post("Look #gradient", media_ids=[picture], language="en")
    assert shown.media_attachments[0].description == "A gradient"
    assert shown.media_attachments[0].blurhash

    asked = ada.status_post(
        "Which one?", poll=ada.make_poll(["This", "That"], expires_in=3600), idempotency_key="once"
    )
    voted = bea.poll_vote(asked.poll, [1])
    assert (voted.options[1].votes_count, voted.voted) == (1, True)

    reply = bea.status_reply(shown, "It is beautiful")
    assert [one.id for one in ada.status_context(shown).descendants] == [reply.id]
    assert bea.status_favourite(shown).favourites_count == 1
    assert bea.status_reblog(shown).reblog.id == shown.id
    assert bea.status_bookmark(shown).bookmarked
    assert [one.id for one in bea.bookmarks()] == [shown.id]

    kinds = eventually(lambda: len(got := {n.type for n in ada.notifications()}) >= 4 and got)
    assert kinds == {"mention", "favourite", "reblog", "follow"}
    home = eventually(lambda: [s.id for s in bea.timeline_home() if s.id == asked.id])
    assert home

    edited = ada.status_update(shown, "Look again #gradient")
    assert edited.edited_at
    assert "again" in ada.status_history(shown)[-1].content
    found = eventually(lambda: ada.search_v2("again", result_type="statuses").statuses)
    assert [one.id for one in found] == [shown.id]

    ada.status_delete(shown)
    with pytest.raises(MastodonNotFoundError):
        bea.status(shown.id)


def test_stream(two: tuple[Mastodon, Mastodon]) -> None:
    ada, bea = two
    bea.account_follow(ada.me())
    ears = Ears()
    handle = bea.stream_user(ears, run_async=True)
    try:
        eventually(handle.is_receiving)
        made = ada.status_post(f"Hello @{bea.me().username}")
        eventually(lambda: str(made.id) in ears.updates)
        eventually(lambda: "mention" in ears.notifications)
        ada.status_delete(made)
        eventually(lambda: str(made.id) in ears.deletes)
    finally:
        # It ends when something comes, at the latest our next sign of life.
        threading.Timer(0.3, lambda: ada.status_post("Goodbye")).start()
        handle.close()


def test_lists_and_pages(two: tuple[Mastodon, Mastodon]) -> None:
    ada, bea = two
    bea.account_follow(ada.me())
    made = [ada.status_post(f"number {n}").id for n in range(5)]
    circle = bea.list_create("Circle")
    bea.list_accounts_add(circle, ada.me())
    first = bea.timeline_list(circle, limit=2)
    assert [one.id for one in first] == made[:2:-1]
    second = bea.fetch_next(first)
    assert [one.id for one in second] == made[2:0:-1]
    assert [one.id for one in bea.fetch_previous(second)] == made[:2:-1]
