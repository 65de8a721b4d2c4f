"""Parameters of a call, whatever they came in: query, form, JSON, multipart with files."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request

from parvis.domain.errors import Invalid
from parvis.protocols import parameters

T = TypeVar("T", bound=msgspec.Struct)
Offset = Annotated[int, msgspec.Meta(ge=0, le=10_000)]  # deeper than anybody reads
FILES_MOST = 24  # of one body; how large they are together is the route's limit
TAIL_BYTES = 1_024  # of a multipart body, where its end must be
TRUE = frozenset(("1", "true", "t", "on", "yes", "y"))
FALSE = frozenset(("0", "false", "f", "off", "no", "n", ""))


class BodyTooLarge(Exception):
    """More was sent than the route takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit >> 10} KiB; send less")


class TooManyFiles(BodyTooLarge):
    """More files than one form sends."""

    def __init__(self) -> None:
        Exception.__init__(self, f"More than {FILES_MOST} files were sent at once; send fewer")


class BodyMalformed(Exception):
    """It is not what its content type says."""


async def read_body(request: Request, limit: int) -> dict[str, object]:
    """The body's parameters; {} when there is none."""
    kind, length = _kind_and_length(request)
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(limit)
    if kind == b"multipart/form-data":
        return await _multipart(request, limit)
    raw = await _read(request, limit)
    if not raw:
        return {}
    if kind == b"application/json" or kind.endswith(b"+json"):
        return parse_json(raw)
    if kind in (b"application/x-www-form-urlencoded", b""):
        return parameters.parse_query(raw)
    raise BodyMalformed(f"{kind.decode('latin-1')} is not accepted: send JSON or a form")


async def read_json(request: Request, limit: int) -> bytes | None:
    """The body as it came, when it is JSON and not empty; else None, and nothing was read of it."""
    kind, length = _kind_and_length(request)
    if kind != b"application/json" or length in (b"", b"0"):
        return None
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(limit)
    return await _read(request, limit)


def exactly(raw: bytes, kind: type[T]) -> T | None:
    """JSON that says what is asked in the very types that are asked for: most of what programs send, read in
    one step. None: looser than that, or wrong; `convert` tells which.
    """
    if b"\\u0000" in raw:
        return None
    try:
        return _decoder(kind).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@cache
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(kind)


def _kind_and_length(request: Request) -> tuple[bytes, bytes]:
    """Of the body, from the headers as they came: every call with a body asks, a crowd's too."""
    kind = length = b""
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            kind = value.partition(b";")[0].strip().lower()
        elif name == b"content-length":
            length = value
    return kind, length


async def _read(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    is_whole = False
    while not is_whole:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise BodyMalformed("the body broke off")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge(limit)
        parts.append(part)
        is_whole = not message.get("more_body", False)
    return b"".join(parts)


def parse_json(raw: bytes) -> dict[str, object]:
    """A body of JSON as loose parameters."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BodyMalformed(f"JSON is malformed: {wrong}") from None
    except RecursionError:
        raise BodyMalformed("JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise BodyMalformed("JSON must be an object")
    said = cast("dict[str, object]", value)
    if b"\\u0000" in raw:
        for name, inner in said.items():  # a text by itself is judged by whom it is for
            if not isinstance(inner, str) and _has_nul(inner):
                raise BodyMalformed(f"{name[:60]!a} contains a NUL character")
    return said


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return any("\0" in name or _has_nul(inner) for name, inner in pairs)
    return isinstance(value, list) and any(map(_has_nul, cast("list[object]", value)))


async def _multipart(request: Request, limit: int) -> dict[str, object]:
    """Fields and files; files stay UploadFile (spooled to disk above a megabyte)."""
    size = 0
    tail = b""
    receive = request.receive
    kind, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary")
    if not boundary:
        raise BodyMalformed("multipart body is malformed: its content type names no boundary")

    async def counted() -> Any:
        nonlocal size, tail
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        tail = (tail + part[-TAIL_BYTES:])[-TAIL_BYTES:]
        if size > limit:
            raise BodyTooLarge(limit)
        return message

    # Starlette guesses at text that is no UTF-8. As Latin-1 every byte comes through, to be judged here.
    told = b'%b; charset=latin-1; boundary="%b"' % (kind, boundary)
    headers = [pair for pair in request.scope["headers"] if pair[0] != b"content-type"]
    limited = Request({**request.scope, "headers": [*headers, (b"content-type", told)]}, counted)
    form = await _form(limited)
    try:
        _need_end(boundary, tail)
        return parameters.nest([(_utf8(name), _utf8(value)) for name, value in form.multi_items()])
    except Exception:
        await form.close()
        raise


def _need_end(boundary: bytes, tail: bytes) -> None:
    """A body that was cut off is no shorter body: it is refused."""
    if b"--%b--" % boundary not in tail:
        raise BodyMalformed("multipart body is malformed: its end is missing")


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=FILES_MOST, max_fields=400)
    except BodyTooLarge:
        raise
    except ClientDisconnect:
        raise BodyMalformed("the body broke off") from None
    except Exception as wrong:  # noqa: BLE001 - python-multipart and Starlette raise several kinds
        if "Too many files" in str(getattr(wrong, "detail", wrong)):
            raise TooManyFiles from None
        raise BodyMalformed(
            f"multipart body is malformed: {getattr(wrong, 'detail', wrong)}"
        ) from None


def _utf8(text: Any) -> Any:
    """Text of a part read as Latin-1; files stay what they are."""
    if not isinstance(text, str):
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise BodyMalformed("multipart body is malformed: a field is not valid UTF-8") from None


def close_files(value: object) -> None:
    """Close every file among parameters; they lie on disk when large."""
    if isinstance(value, UploadFile):
        value.file.close()
    elif isinstance(value, dict):
        for one in value.values():  # pyright: ignore[reportUnknownVariableType]  # parameters
            close_files(one)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for one in value:  # pyright: ignore[reportUnknownVariableType]  # parameters
            close_files(one)  # pyright: ignore[reportUnknownArgumentType]


def convert(values: dict[str, object], kind: type[T]) -> T:
    """Typed parameters from loose ones: "1" is a number, "on" is true, `a[0]=x` is a list."""
    ready = {
        name: _loosen(values[name], looseness)
        for name, looseness in _fields(kind)
        if name in values and not (values[name] is None and looseness.is_left_out)
    }
    try:
        return msgspec.convert(ready, kind, strict=False)
    except msgspec.ValidationError as wrong:
        sentence, _, path = str(wrong).partition(" - at `$.")
        field = path.rstrip("`") or "parameters"
        raise Invalid(field, f"Validation failed: {field}: {sentence}") from None


class _Looseness(msgspec.Struct, frozen=True):
    """What a field's type lets a form say otherwise."""

    is_boolean: bool
    takes_text: bool
    takes_nothing: bool
    is_list: bool
    is_left_out: bool  # by a null, as in Rails: many apps write out all fields


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, _Looseness], ...]:
    """The names of a struct's fields and how they are read, looked at once."""
    return tuple(
        (field.encode_name, _looseness(field.type, may_lack=not field.required))
        for field in msgspec.structs.fields(kind)
    )


def _looseness(kind: Any, *, may_lack: bool) -> _Looseness:
    is_union = get_origin(kind) in (Union, UnionType)
    members: tuple[Any, ...] = get_args(kind) if is_union else (kind,)
    return _Looseness(
        bool in members,
        str in members,
        type(None) in members,
        any(getattr(member, "__origin__", None) is list for member in members),
        may_lack and type(None) not in members,
    )


def _loosen(value: object, how: _Looseness) -> object:
    """What forms cannot say: booleans by words, lists of one, blanks that mean nothing."""
    if isinstance(value, str):
        if how.is_boolean:
            low = value.lower()
            return True if low in TRUE else False if low in FALSE else value
        if value == "" and not how.takes_text and how.takes_nothing:
            return None
    return _listed(value) if how.is_list else value


def _listed(value: object) -> object:
    if isinstance(value, dict):
        keys = cast("dict[str, object]", value)
        return parameters.as_list(keys) if keys and all(key.isdigit() for key in keys) else keys
    return [value] if isinstance(value, (str, int, UploadFile)) else value
