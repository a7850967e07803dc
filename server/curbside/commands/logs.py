"""Logs: one JSON object a line, with a request's id; no text of people, no token, no query string."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

_HIDDEN = frozenset(
    {"token", "password", "secret", "jwt", "verifier", "authorization", "cookie", "text", "body", "query"}
)


def configure(level: str) -> None:
    """Send our own logs, and the libraries' warnings, to standard error."""
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide,
            _place,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # httpx writes every address it asks, with its query, at INFO.
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(_Line())
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[lines], force=True)


class _Line(logging.Formatter):
    """Write what libraries log in the same form: an exception by kind and place, without its message."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            event |= _where(record.exc_info[1])
        return json.dumps(event)


def _place(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Say of an exception what it was and where. Its message and its variables may quote what somebody wrote."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    return {**event, **_where(error)} if isinstance(error, BaseException) else event


def _where(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": places}


def _hide(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: "…" if name.lower() in _HIDDEN else value for name, value in event.items()}
