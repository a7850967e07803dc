"""Is it alive, can it serve, and how is it doing: for whoever runs it."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.store.installation import touch
from curbside.store.scope import NO_TENANT
from curbside.web.figures import Figures
from curbside.web.reading import bearer, refusal

PATIENCE_S = 3.0
_REMEMBERED_S = 1.0
_NO_STORE = {"Cache-Control": "no-store"}
_PROXIED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


class Health:
    """Serve /healthz, /readyz and /metrics."""

    def __init__(
        self, installation: Installation, figures: Figures, metrics_token: str | None, *, local: bool = False
    ) -> None:
        self._local = local
        self._installation = installation
        self._figures = figures
        self._metrics_token = metrics_token
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._ready = False
        self.routes = [
            Route("/healthz", self.alive, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def alive(self, request: Request) -> Response:
        """Answer as long as the event loop turns: restart what does not."""
        return PlainTextResponse("alive\n", headers=_NO_STORE)

    async def ready(self, request: Request) -> Response:
        """Answer 200 while the database can be read and written: send nobody to one that cannot."""
        ready = await self._is_ready()
        return JSONResponse({"ready": ready}, 200 if ready else 503, _NO_STORE)

    async def metrics(self, request: Request) -> Response:
        """Answer with figures to whoever holds the token; without one, where `local` is set, to the machine itself."""
        if not self._may_measure(request):
            return refusal(Refused("not_found"))
        text = await asyncio.to_thread(self._figures.text)
        return Response(text, headers={**_NO_STORE, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _is_ready(self) -> bool:
        # Anybody may ask, so the database is asked once a second at most.
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() - self._asked_at >= _REMEMBERED_S:
                self._ready = await self._ask()
                self._asked_at = loop.time()
            return self._ready

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._installation.db.write(NO_TENANT, lambda transaction: touch(transaction.connection))
                return await self._installation.db.read(NO_TENANT, lambda connection: connection.closed is False)
        except (Refused, TimeoutError):
            return False

    def _may_measure(self, request: Request) -> bool:
        if self._metrics_token is not None:
            try:
                return hmac.compare_digest(bearer(request).encode(), self._metrics_token.encode())
            except Refused:
                return False
        # Behind a proxy on this machine everybody seems to come from it, and not every proxy says that it is one.
        if not self._local or any(name in request.headers for name in _PROXIED) or request.client is None:
            return False
        try:
            return ipaddress.ip_address(request.client.host).is_loopback
        except ValueError:
            return False
