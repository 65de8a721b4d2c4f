"""Parts that are encoded already, and what they are, for the API's description."""

from typing import Annotated, Any

import msgspec


def _is(schema: dict[str, Any]) -> Any:
    return msgspec.Meta(extra_json_schema=schema)


def _of(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _of(name)}


def _any(name: str) -> dict[str, Any]:
    return {"anyOf": [_of(name), {"type": "null"}]}


AccountRaw = Annotated[msgspec.Raw, _is(_of("Account"))]
AnyAccountRaw = Annotated[msgspec.Raw, _is(_any("Account"))]
AccountsRaw = Annotated[msgspec.Raw, _is(_list_of("Account"))]
StatusRaw = Annotated[msgspec.Raw, _is(_of("Status"))]
AnyStatusRaw = Annotated[msgspec.Raw, _is(_any("Status"))]
StatusesRaw = Annotated[msgspec.Raw, _is(_list_of("Status"))]
AnyPollRaw = Annotated[msgspec.Raw, _is(_any("Poll"))]
ReportRaw = Annotated[msgspec.Raw, _is(_of("Report"))]
TagsRaw = Annotated[msgspec.Raw, _is(_list_of("Tag"))]
