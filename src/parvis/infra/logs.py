"""Logs: one line of JSON each, to standard error. Nothing a person wrote may reach one.

Tracebacks are written without local variables, and a database error by its name and constraint
only: its detail repeats the row.
"""

import logging
import re
import sys
import traceback
from typing import Any

import asyncpg
import structlog

TOKEN = re.compile(
    r"(access_token=|authorization: *bearer +|sec-websocket-protocol: *)[^\s&\"']+", re.IGNORECASE
)


def configure(level: str = "info") -> None:
    """Set up structlog for this process."""
    uvicorn = logging.getLogger("uvicorn.error")
    if not any(isinstance(kept, _NoTokens) for kept in uvicorn.filters):
        uvicorn.addFilter(_NoTokens())
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
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


class _NoTokens(logging.Filter):
    """A WebSocket's token may stand in its address, which uvicorn's own lines repeat."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if TOKEN.search(line):
            record.msg, record.args = TOKEN.sub(r"\1[hidden]", line), None
        return True


def _trace(_logger: object, _method: str, line: Any) -> Any:
    if not line.pop("exc_info", None):
        return line
    kind, error, trace = sys.exc_info()
    if isinstance(error, asyncpg.PostgresError):
        line["error"] = (
            f"{type(error).__name__} ({error.sqlstate}, {getattr(error, 'constraint_name', None)})"
        )
    else:
        line["error"] = kind.__name__ if kind else ""
    line["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return line
