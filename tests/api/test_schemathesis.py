"""Requests made at random from the description of the API: no 5xx, and answers that conform to it."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from tests.rig.network import Network

EXAMPLES = 15  # of each operation
EVERYTHING = ("read", "write", "follow", "push", "profile", "admin:read", "admin:write")


def try_out(base: str, token: str, description: dict[str, Any]) -> list[str]:
    """Call everything with whatever the description allows; answers what went wrong."""
    faults: list[str] = []
    schema = schemathesis.openapi.from_dict(description)
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            response = case.call(base_url=base, headers={"Authorization": f"Bearer {token}"})
            checks = [not_a_server_error, response_schema_conformance]
            try:
                case.validate_response(response, checks=checks)
            except (Exception, BaseExceptionGroup) as wrong:  # noqa: BLE001 - all are told at once
                faults.append(f"{case.method} {case.formatted_path}: {str(wrong)[:450]}")

        call()
    return faults


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
async def test_answers_are_as_described(network: Network) -> None:
    alice = await network.person("alice", role="owner")
    token = await network.token(alice.user_id, EVERYTHING)
    await alice.publish("hello #world", spoiler_text="a warning")
    await network.settle()
    description = (await network.anyone.get("/api/openapi.json")).ok()
    faults = await asyncio.to_thread(try_out, network.base, token, description)
    assert not faults, f"{len(faults)}:\n" + "\n".join(sorted(set(faults))[:25])
