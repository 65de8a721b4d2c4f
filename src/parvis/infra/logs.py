"""Logs: one line of JSON each, to standard error. Nothing a person wrote may reach one.

Tracebacks are written without local variables, and a database error by its name and constraint
only: its detail repeats the row.
"""

import logging
import sys
import traceback
from typing import Any

import asyncpg
import structlog


def configure(level: str = "info") -> None:
    """Set up structlog for this process."""
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
