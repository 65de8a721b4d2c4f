"""Sixteen at once: one name, one address, one code."""

import asyncio
from typing import Any

import pytest
from tests.api.test_oauth import ask, code_for, make_app
from tests.api.test_registration import ALICE, an_app, mode
from tests.rig.network import Caller, Network

CROWD = 16


@pytest.mark.parametrize(
    "said",
    [
        lambda n: {"email": f"a{n}@example.org"},  # the same username
        lambda n: {
            "username": f"alice{n}x",
            "email": "Alice@example.org" if n % 2 else ALICE["email"],
        },
        lambda n: {
            "username": "".join(c.upper() if n >> i & 1 else c for i, c in enumerate("bobo")),
            "email": f"a{n}@example.org",
        },
        lambda n: {  # drawn alike
            "username": "".join("0" if n >> i & 1 else "o" for i in range(4)) + "x",
            "email": f"a{n}@example.org",
        },
    ],
)
async def test_one_of_a_crowd_gets_the_name(network: Network, said: Any) -> None:
    await mode(network, "open")
    app = await an_app(network)
    answers = await asyncio.gather(
        *(app.post("/api/v1/accounts", {**ALICE, **said(n)}) for n in range(CROWD))
    )
    assert sorted(answer.status for answer in answers) == [200] + [422] * (CROWD - 1)
    codes = {
        fault["error"]
        for answer in answers
        if answer.status == 422
        for faults in answer.json["details"].values()
        for fault in faults
    }
    assert codes == {"ERR_TAKEN"}
    for table in ("accounts", "users", "account_counters"):
        assert await network.db.fetchval(f"select count(*) from {table}") == 1


async def test_code_gives_one_token_to_a_crowd_and_then_none(network: Network) -> None:
    alice, app = await network.person("alice"), await make_app(network)
    code = await code_for(network, app, alice)
    answers = await asyncio.gather(
        *(ask(network, app, grant_type="authorization_code", code=code) for _ in range(CROWD))
    )
    assert sorted(answer.status for answer in answers) == [200] + [400] * (CROWD - 1)
    token = next(answer.json["access_token"] for answer in answers if answer.status == 200)
    assert (await Caller(network, token).get("/api/v1/apps/verify_credentials")).refused(401)
    assert await network.db.fetchval(
        "select array[count(*), count(revoked_at)] from access_tokens where code_sha256 is not null"
    ) == [1, 1]
