"""Logs: one JSON object a line, with a request's id; no text of people, no token, no query string."""

from __future__ import annotations

import logging
import sys

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
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # httpx writes every address it asks, with its query, at INFO.
    logging.basicConfig(
        stream=sys.stderr, level=max(least, logging.WARNING), format="%(levelname)s %(name)s %(message)s"
    )


def _hide(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: "…" if name.lower() in _HIDDEN else value for name, value in event.items()}
