"""Around every request: an id, one line in the log, a count; and an end for what was not foreseen."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from curbside.domain.errors import Refused
from curbside.web.figures import Figures
from curbside.web.reading import refusal

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_LEFT = 499  # whoever asked is gone before the end of what they said: there is nobody to answer
_log = structlog.get_logger(__name__)


class Requests:
    """Give each request an id of our own making, and log it by its route: never by what the address held.

    A path may carry a link's signature and a query a secret, so neither is written down, and an id that came from
    outside is not repeated. An error that nobody foresaw is logged by kind and place, without its message, which may
    quote what somebody wrote.
    """

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request = secrets.token_hex(8)
        began = time.perf_counter()
        answer = _Answer(send, request)
        with structlog.contextvars.bound_contextvars(request=request):
            try:
                # A socket's frames pass here by the thousand: only a request's answer is watched.
                await self._app(scope, receive, send if scope["type"] == "websocket" else answer)
            except ClientDisconnect:
                answer.status = _LEFT
            except Exception:
                _log.exception("request.failed", route=route_of(scope))
                await answer.fail(scope, receive)
            self._note(scope, answer.status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        if scope["type"] == "websocket":
            _log.info("socket.ended", route=route_of(scope), seconds=round(seconds, 1))
            return
        route = route_of(scope)
        self._figures.request(scope["method"], route, status, seconds)
        if route not in _QUIET:
            _log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def route_of(scope: Scope) -> str:
    """Return the route's pattern: each parameter by its name, and nothing of an address that no route fits."""
    if "endpoint" not in scope:
        return "(none)"
    path: str = scope["path"]
    parameters: Mapping[str, object] = scope.get("path_params", {})
    for name, value in sorted(parameters.items(), key=lambda item: -len(str(item[1]))):
        if str(value):
            path = path.replace(str(value), f"{{{name}}}", 1)
    return path


class _Answer:
    """What is sent back: with the request's id, and watched for how far it got."""

    def __init__(self, send: Send, request: str) -> None:
        self._send = send
        self._request = request
        self._began = False
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", []), (b"x-request-id", self._request.encode())]
            message = {**message, "headers": headers}
        self._began = True
        await self._send(message)

    async def fail(self, scope: Scope, receive: Receive) -> None:
        if scope["type"] == "websocket":
            # Nothing is said of a message that follows a close; 1011 is for what the server did not expect.
            await self._quietly({"type": "websocket.close", "code": 1011})
        elif not self._began:
            response = refusal(Refused("unavailable", retry=True, after_ms=1000))
            response.status_code = 500
            await response(scope, receive, self)

    async def _quietly(self, message: Message) -> None:
        try:
            await self._send(message)
        except RuntimeError:
            return
