"""Files nobody knows go; files somebody knows, or may soon know, stay."""

import os
import time
from pathlib import Path
from typing import Any

from tests.rig import pictures
from tests.rig.network import Network

from parvis.domain.accounts.change import store_picture
from parvis.domain.media import orphans
from parvis.domain.media.uploads import raw_key


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def age(folder: Path, days: float = 3) -> None:
    then = time.time() - days * 86_400
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


async def lived_in(network: Network) -> set[str]:
    """What rows know: pictures of an account and of a status, and an upload that waits."""
    alice = await network.person("alice")
    sent: Any = pictures.form(pictures.plain(), name="avatar")
    (await alice.call("PATCH", "/api/v1/accounts/update_credentials", data=sent)).ok()
    made = await alice.call("POST", "/api/v2/media", data=pictures.form(pictures.plain()))
    await network.settle()
    await alice.publish("look", media_ids=[made.json["id"]])
    await alice.call("POST", "/api/v2/media", data=pictures.form(pictures.plain()))
    return files(network.app.settings.data / "media")


async def test_orphans_go_and_the_others_stay(network: Network) -> None:
    folder = network.app.settings.data / "media"
    known = await lived_in(network)
    assert {name.partition("/")[0] for name in known} == {"accounts", "media", "uploads"}
    means = network.app.means
    await store_picture(means, "avatar", pictures.plain())
    secret = "S" * 43
    lost = [raw_key(secret), f"media/SS/{secret}/small.jpg", f"archives/SS/{secret}/archive.zip"]
    for key in lost:
        await means.storage.put(key, b"x")
    await means.storage.put(f"emojis/SS/{secret}/emoji.png", b"kept: old statuses show it")
    await means.storage.put(f"network/SS/{secret}/logo.png", b"not ours to judge")
    await orphans.sweep(means, {})
    assert len(files(folder)) == len(known) + 6  # too young
    age(folder)
    await orphans.sweep(means, {})
    left = files(folder)
    assert left - known == {f"emojis/SS/{secret}/emoji.png", f"network/SS/{secret}/logo.png"}
    assert known <= left


async def test_an_upload_is_an_orphan_once_its_pictures_are_made(network: Network) -> None:
    alice = await network.person("alice")
    await alice.call("POST", "/api/v2/media", data=pictures.form(pictures.plain()))
    folder = network.app.settings.data / "media"
    (raw,) = files(folder)
    content = (folder / raw).read_bytes()
    await network.settle()
    await network.app.means.storage.put(raw, content)  # its worker died before it removed it
    age(folder)
    await orphans.sweep(network.app.means, {})
    assert raw not in files(folder)
    assert len(files(folder)) == 2


async def test_the_next_look_is_in_a_day(network: Network) -> None:
    await orphans.sweep(network.app.means, {})
    row = await network.db.fetchrow(
        "select kind, run_at > now() + interval '23 hours' as later from jobs"
    )
    assert tuple(row) == (orphans.JOB, True)
