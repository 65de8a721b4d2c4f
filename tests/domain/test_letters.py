"""Letters: who gets which, in which language, with a link that works."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.rig.network import PASSWORD, Network, log_in
from tests.rig.smtp import PostOffice

from parvis.domain.access import letters, links, password_changes, passwords
from parvis.domain.errors import NotFound, Unauthenticated
from parvis.domain.events import MailWanted
from parvis.infra.mail import Letter, Mailer, MailRefused
from parvis.infra.postgres import Tx


def written(folder: Path) -> list[EmailMessage]:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "mail").glob("*.eml"))
    ]


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in (folder / "mail").iterdir()}


async def want(network: Network, user_id: int, letter: str, argument: str = "") -> None:
    async def tell(tx: Tx) -> None:
        tx.emit(MailWanted(user_id=user_id, letter=letter, argument=argument))

    await network.db.run(tell)
    await network.settle()


def secret_in(message: EmailMessage, path: str) -> str:
    text = message.get_content()
    return text.partition(path)[2].split()[0]


async def test_confirmation_is_sent_in_the_persons_language(
    network: Network, tmp_path: Path
) -> None:
    for name, locale, word in (("anne", "fr", "Bonjour"), ("bill", "en", "Hello")):
        person = await network.person(name, locale=locale, is_confirmed=False)
        await want(network, person.user_id, "confirm")
        message = written(tmp_path)[-1]
        assert message["To"] == f"{name}@example.org"
        greeted, _, begin = message.get_content().partition(f"{word} {name},")
        assert (greeted, begin.strip()[0].isupper()) == ("", True)
        secret = secret_in(message, f"{network.base}/auth/confirm/")
        assert await links.is_open(network.db, "confirm", secret)
    assert modes(tmp_path) == {0o600}
    files = "".join(path.read_text() for path in (tmp_path / "mail").iterdir())
    assert f"/auth/confirm/{secret}\n" in files  # whole: somebody copies it from the file


async def test_confirmed_person_gets_no_second_letter(network: Network, tmp_path: Path) -> None:
    alice = await network.person("alice")
    await want(network, alice.user_id, "confirm")
    await want(network, 1, "approved")  # nobody
    assert written(tmp_path) == []


async def test_decision_is_sent_with_its_reason(network: Network, tmp_path: Path) -> None:
    alice, bob = await network.people("alice", "bob")
    decision_id = await network.db.fetchval(
        "insert into decisions (target_id, kind, reason) values ($1, 'suspend', $2) returning id",
        alice.account_id,
        "Spam {link}\nBcc: everybody@example.org",
    )
    await want(network, alice.user_id, "decision", str(decision_id))
    (message,) = written(tmp_path)
    assert message["Subject"] == "Parvis: your account is suspended"
    assert "Spam {link}" in message.get_content()
    assert message["Bcc"] is None
    await want(network, bob.user_id, "decision", str(decision_id))
    assert "Spam" not in written(tmp_path)[-1].get_content()  # another's decision


async def test_forgotten_password_is_set_by_the_link(network: Network, tmp_path: Path) -> None:
    alice = await network.person("alice")
    await network.db.run(password_changes.ask_reset, "nobody@example.org", address="::1")
    await network.settle()
    assert written(tmp_path) == []
    await network.db.run(password_changes.ask_reset, "ALICE@example.org", address="::1")
    await network.settle()
    secret = secret_in(written(tmp_path)[0], "/auth/password/")
    session = await log_in(network.db, "alice", PASSWORD, address="::1")
    hashed = await passwords.prepare_password("another long one")
    assert await network.db.run(password_changes.reset_password, secret, hashed) == alice.user_id
    assert (await alice.get("/api/v1/timelines/home")).refused(401)
    assert await network.app.api.logins.find_session(session) is None
    with pytest.raises(NotFound):
        await network.db.run(password_changes.reset_password, secret, hashed)
    with pytest.raises(Unauthenticated):
        await log_in(network.db, "alice", PASSWORD, address="::1")
    assert await log_in(network.db, "alice", "another long one", address="::1")


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(letters.ENGLISH))
def test_every_letter_has_its_words_in_both_languages(locale: str, kind: str) -> None:
    row = {"email": "a@b.org", "username": "a", "locale": locale, "kind": "warn", "reason": "r"}
    letter = letters.render(kind, row, title="T", root="https://t.org", link="https://t.org/x")
    assert "{" not in letter.subject + letter.text
    assert letters.DECISIONS["fr"].keys() == letters.DECISIONS["en"].keys()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as running:
        yield running


async def test_letter_goes_by_smtp(office: PostOffice, tmp_path: Path) -> None:
    user = quote("me@x.org", safe="")
    mailer = Mailer(f"smtp://{user}:p%40ss@127.0.0.1:{office.port}", tmp_path, "https://x.org")
    await mailer.send(Letter("confirm", "a@b.org", "Hé\nBcc: c@d.org", "Text\n.\n"), "X\r\nY")
    (raw,) = office.got
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "a@b.org"
    assert message["Subject"] == "Hé Bcc: c@d.org"
    assert str(message["From"]) == "X Y <no-reply@x.org>"
    assert office.credentials == ("me@x.org", "p@ss")
    assert written(tmp_path) == []


async def test_refusal_of_the_mail_server_names_no_address(
    office: PostOffice, tmp_path: Path
) -> None:
    mailer = Mailer(f"smtp://127.0.0.1:{office.port}", tmp_path, "https://x.org")
    office.refuses = True
    with pytest.raises(MailRefused) as refused:
        await mailer.send(Letter("confirm", "secret@b.org", "S", "T"), "X")
    assert "secret" not in str(refused.value)
    gone = Mailer("smtp://127.0.0.1:9", tmp_path, "https://x.org")
    with pytest.raises(MailRefused):
        await gone.send(Letter("confirm", "secret@b.org", "S", "T"), "X")
