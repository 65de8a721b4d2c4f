"""The API described by itself: OpenAPI 3.1 and docs/api.md, both made from the routes."""

import inspect
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from starlette.datastructures import UploadFile

import parvis
from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Route
from parvis.mastodon_api.schemas import DOCUMENTS, ENTITIES
from parvis.protocols.oauth import SCOPES

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"
FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
CURSORS = {
    "max_id": "Only what is older than this id.",
    "since_id": "Only what is newer than this id, the newest first.",
    "min_id": "Only what is immediately newer than this id.",
    "limit": "At most so many.",
}
ERRORS = {
    "400": "The request cannot be read.",
    "401": "Nobody, or nobody valid, is asking.",
    "403": "This is not theirs to do.",
    "404": "It is not there, or not theirs to see.",
    "422": "What was sent cannot be accepted; `details` says why.",
    "429": "Too much in too short a time; `Retry-After` says when to come back.",
}


class UnknownEntity(LookupError):
    """A route answers with what `schemas.py` does not describe."""


def describe(routes: Iterable[Route], root: str, title: str) -> Schema:
    """The OpenAPI document of `routes` at the address `root`."""
    routes = sorted(routes, key=lambda route: (route.path, route.method))
    params = {route.params for route in routes if route.params is not None}
    schemas, named = _schemas(params)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named)
    used = _reached(schemas, {*_references(paths), "Error"})
    nouns = sorted({noun_of(route): _words_on(route) for route in routes}.items())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": parvis.__version__,
            "description": "The Mastodon client API as this network offers it.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": noun, "description": words} for noun, words in nouns],
        "paths": paths,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(used)},
            "responses": {
                code: {"description": words, "content": _json({"$ref": _ref("Error")})}
                for code, words in ERRORS.items()
            },
            "securitySchemes": {"oauth2": _security_scheme(root)},
        },
    }


def noun_of(route: Route) -> str:
    return route.handler.__module__.rpartition(".")[2]


def _words_on(route: Route) -> str:
    module = inspect.getmodule(route.handler)
    return (inspect.getdoc(module) or "").partition("\n\n")[0].replace("\n", " ")


def summary_of(route: Route) -> str:
    """What it says itself, or the first sentence of its function, or what that one's name says."""
    if route.summary:
        return route.summary
    words = (inspect.getdoc(route.handler) or "").partition("\n\n")[0].replace("\n", " ")
    return words or route.handler.__name__.replace("_", " ").strip().capitalize() + "."


def _operation(route: Route, named: dict[type, Schema]) -> Schema:
    operation: Schema = {
        "operationId": _operation_id(route),
        "summary": summary_of(route),
        "tags": [noun_of(route)],
        "parameters": _parameters(route, named),
        "responses": _responses(route),
        "security": _security(route),
    }
    if route.params is not None and route.method not in ("GET", "DELETE"):
        schema = {"$ref": _ref(_name(route.params))}
        operation["requestBody"] = {"content": {form: {"schema": schema} for form in FORMS}}
    return operation


def _operation_id(route: Route) -> str:
    return f"{route.method.lower()}{re.sub(r'[^A-Za-z0-9]+', '_', route.path)}".rstrip("_")


def _parameters(route: Route, named: dict[type, Schema]) -> list[Schema]:
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    taken = {one["name"] for one in found}
    if route.params is not None and route.method in ("GET", "DELETE"):
        for name, schema in named[route.params]["properties"].items():
            if name in taken:
                continue
            taken.add(name)
            is_list = schema.get("type") == "array"
            found.append(
                {"name": f"{name}[]" if is_list else name, "in": "query", "schema": schema}
            )
    if route.paged:
        found += [
            {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
            for name, words in CURSORS.items()
            if name not in taken
        ]
    return found


def _responses(route: Route) -> Schema:
    kind, schema = returned(route)
    answer: Schema = {"description": "Done.", "content": {kind: {"schema": schema}}}
    if route.paged:
        words = "The pages before and after this one (RFC 8288)."
        answer["headers"] = {"Link": {"description": words, "schema": {"type": "string"}}}
    codes = ["400", "422", "429"]
    if route.auth != "open":
        codes.append("401")
    if route.scopes or route.auth in ("user", "staff"):
        codes.append("403")
    if "{" in route.path or route.method != "GET":
        codes.append("404")
    errors = {code: {"$ref": f"#/components/responses/{code}"} for code in sorted(codes)}
    return {"200": answer, **errors}


def returned(route: Route) -> tuple[str, Schema]:
    """The content type and the schema of a success."""
    name = route.returns
    if not name:
        return "application/json", {"type": "object"}
    if name.startswith("{"):
        values = {"type": "array", "items": {"type": "string"}}
        return "application/json", {"type": "object", "additionalProperties": values}
    is_list = name.startswith("[")
    name = name.strip("[]")
    kind, schema = DOCUMENTS.get(name.lower(), DOCUMENTS.get(name, ("application/json", None)))
    if schema is None:
        if name not in ENTITIES:
            raise UnknownEntity(f"{route.method} {route.path} returns {name}")
        schema = {"$ref": _ref(name)}
    return kind, {"type": "array", "items": schema} if is_list else schema


def _security(route: Route) -> list[Schema]:
    if route.auth == "open":
        return []
    needed: list[Schema] = [{"oauth2": [scope]} for scope in route.scopes] or [{"oauth2": []}]
    return [{}, *needed] if route.auth == "public" else needed


def _security_scheme(root: str) -> Schema:
    scopes = {scope: scope.replace(":", " ").replace("_", " ") for scope in SCOPES}
    token = {"tokenUrl": f"{root}/oauth/token", "scopes": scopes}
    authorize = {"authorizationUrl": f"{root}/oauth/authorize"}
    return {
        "type": "oauth2",
        "description": "Any one of the scopes named suffices; `read` covers `read:statuses`.",
        "flows": {
            "authorizationCode": {**authorize, **token},
            "clientCredentials": token,
            "password": token,
        },
    }


def _schemas(params: set[type[msgspec.Struct]]) -> tuple[dict[str, Schema], dict[type, Schema]]:
    """All component schemas by name, and those of parameters by their type."""
    parts = {part for parts in ENTITIES.values() for part in parts}
    types = sorted(parts | params, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
    # One at a time: two types of one name would else get names that hold their modules' paths.
    found: dict[str, Schema] = {}
    by_type: dict[type, Schema] = {}
    for kind in types:
        prefix = kind.__module__.rpartition(".")[2]
        (reference,), components = msgspec.json.schema_components(
            [kind], schema_hook=_foreign, ref_template=REF.replace("{name}", f"{prefix}.{{name}}")
        )
        found |= {f"{prefix}.{name}": schema for name, schema in components.items()}
        by_type[kind] = found[reference["$ref"].rpartition("/")[2]]
    entities = {_safe(name): _sum([by_type[part] for part in parts]) for name, parts in _entities()}
    return {**found, **entities}, {kind: by_type[kind] for kind in params}


def _entities() -> list[tuple[str, tuple[type[msgspec.Struct], ...]]]:
    return sorted(ENTITIES.items())


def _sum(parts: list[Schema]) -> Schema:
    """One object with the members of all parts."""
    properties: Schema = {}
    required: list[str] = []
    for part in parts:
        properties |= part.get("properties", {})
        required += part.get("required", [])
    return {"type": "object", "properties": properties, "required": required}


def _references(value: object) -> set[str]:
    """Names of the component schemas that a part of the document refers to."""
    found = re.findall(rb'"#/components/schemas/([^"]+)"', msgspec.json.encode(value))
    return {name.decode() for name in found}


def _reached(schemas: dict[str, Schema], names: set[str]) -> set[str]:
    """`names` and all that they refer to, in any number of steps."""
    reached: set[str] = set()
    while names:
        reached |= names
        names = {one for name in names for one in _references(schemas[name])} - reached
    return reached


def _foreign(kind: type) -> Schema:
    if kind is UploadFile:
        return {"type": "string", "format": "binary"}
    raise NotImplementedError(kind)


def _name(kind: type) -> str:
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"


def _safe(name: str) -> str:
    return name.replace("::", ".")


def _ref(name: str) -> str:
    return REF.replace("{name}", _safe(name))


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def table(routes: Iterable[Route]) -> str:
    """The routes as docs/api.md lists them."""
    lines = ["| route | who | any of these scopes | answers | what |", "|---|---|---|---|---|"]
    for route in sorted(routes, key=lambda one: (one.path, one.method)):
        scopes = " ".join(f"`{scope}`" for scope in route.scopes)
        answers = f"`{route.returns}`" if route.returns else "`{}`"
        lines.append(
            f"| `{route.method} {route.path}` | {route.auth} | {scopes} | {answers} |"
            f" {summary_of(route)} |"
        )
    return "\n".join(lines) + "\n"


def rewrite(page: Path, routes: Iterable[Route]) -> None:
    """Put the routes' table in the place of the one in `page` (`just api-docs`)."""
    words = [line for line in page.read_text().splitlines() if not line.startswith("|")]
    page.write_text("\n".join(words).rstrip() + "\n\n" + table(routes))


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]), all_routes())
