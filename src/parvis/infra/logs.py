"""Logs: one line of JSON each, to standard error. Nothing a person wrote may reach one.

Tracebacks are written without local variables, and a database error by its name and constraint
only: its detail repeats the row.
"""

import logging
import re
import sys
import traceback
from typing import Any, TextIO, cast

import asyncpg

# structlog imports rich for its coloured lines, which nobody here writes: a tenth of what a process
# imports, at each start. Hidden from it, not from the commands that draw tables.
_rich = sys.modules.get("rich", ...)
sys.modules["rich"] = None  # type: ignore[assignment]  # Python's own way to say "there is none"
import structlog  # noqa: E402, TID251 - this is where the others get it

if _rich is ...:
    del sys.modules["rich"]
else:
    sys.modules["rich"] = _rich  # type: ignore[assignment]

get_logger = structlog.get_logger

TOKEN = re.compile(
    r"(access_token=|authorization: *bearer +|sec-websocket-protocol: *)[^\s&\"']+", re.IGNORECASE
)


def configure(level: str = "info") -> None:
    """Set up structlog for this process."""
    uvicorn = logging.getLogger("uvicorn.error")
    if not any(isinstance(kept, _Discreet) for kept in uvicorn.filters):
        uvicorn.addFilter(_Discreet())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Stderr())),
        cache_logger_on_first_use=True,
    )


class _Stderr:
    """Standard error as it is at the moment: whoever captures it may have replaced it."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Discreet(logging.Filter):
    """For uvicorn's own lines. They repeat addresses, in which a WebSocket's token may stand, and the
    words of errors, which may be a row of the database.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            named, lines = _described(record.exc_info[1])
            record.msg, record.args = f"{record.getMessage()}: {named} {lines}", None
            record.exc_info = record.exc_text = None
        line = record.getMessage()
        if TOKEN.search(line):
            record.msg, record.args = TOKEN.sub(r"\1[hidden]", line), None
        return True


def _trace(_logger: object, _method: str, line: Any) -> Any:
    if not line.pop("exc_info", None):
        return line
    error = sys.exc_info()[1]
    line["error"], line["trace"] = _described(error) if error else ("", [])
    return line


def _described(error: BaseException) -> tuple[str, list[str]]:
    """An error's name and where it came from, without its words."""
    name = type(error).__name__
    if isinstance(error, asyncpg.PostgresError):
        name += f" ({error.sqlstate}, {getattr(error, 'constraint_name', None)})"
    frames = traceback.extract_tb(error.__traceback__)
    return name, [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
