"""Where agents log in, and the desk's own page. Sockets ignore cookies: the desk exchanges its cookie for a token."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from curbside.actions.login import TOKEN_MS, LoggedIn, Logins, Passed
from curbside.actions.passwords import Passwords
from curbside.domain.errors import Refused
from curbside.web import headers
from curbside.web.assets import Assets
from curbside.web.cookies import KNOWN, SESSION, STEP, Cookies
from curbside.web.limits import Addresses, Buckets, same_origin
from curbside.web.pages import Pages, language_of
from curbside.web.reading import refusal
from curbside.web.widget import as_json

Gone = Callable[[str, str, str], Awaitable[None]]


class Desk:
    """Serve log-in and desk. `gone(tenant, agent, why)` gives an agent's conversations back when they log out."""

    def __init__(
        self,
        logins: Logins,
        passwords: Passwords,
        pages: Pages,
        assets: Assets,
        addresses: Addresses,
        cookies: Cookies,
        origin: str,
        gone: Gone,
    ) -> None:
        self._logins = logins
        self._passwords = passwords
        self._pages = pages
        self._assets = assets
        self._addresses = addresses
        self._cookies = cookies
        self._origin = origin
        self._gone = gone
        self._guessing = Buckets(rate=10, burst=300)
        self._linked = Buckets(rate=1, burst=60)
        # A whole support centre may come back at once from behind one address.
        self._asking = Buckets(rate=50, burst=1_000)

    def routes(self) -> list[Route]:
        return [
            Route("/desk", self.desk),
            Route("/desk/login", self.login, methods=["GET", "POST"]),
            Route("/desk/login/code", self.code, methods=["GET", "POST"]),
            Route("/desk/login/code.svg", self.drawn_secret),
            Route("/desk/password", self.password, methods=["GET", "POST"]),
            Route("/desk/logout", self.log_out, methods=["POST"]),
            Route("/desk/token", self.token, methods=["POST"]),
            Route("/desk/here", self.here, methods=["POST"]),
        ]

    async def desk(self, request: Request) -> Response:
        """Serve the workbench to whoever is logged in."""
        logged_in = await self.logged_in(request)
        if logged_in is None:
            return see("/desk/login")
        agent = logged_in.agent
        language = language_of(request, agent.locale)
        return self._pages.respond(
            "desk.html",
            headers.of_desk(self._origin, secure=self._pages.secure),
            language=language,
            config=as_json({"me": {"name": agent.name}, "locale": agent.locale, "tz": agent.tz, "csrf": None}),
            script=self._assets.asset("desk.js"),
            style=self._assets.asset("desk.css"),
        )

    async def login(self, request: Request) -> Response:
        """Ask for address and password; whatever is wrong, the answer is the same."""
        if request.method == "GET":
            if await self.logged_in(request) is not None:
                return see("/desk")
            return self._pages.page(request, "login.html", error=None, wait_s=0, email="")
        form = await self._form(request)
        if form is None:
            return self._forged(request)
        email, password = _text(form, "email", 254), _text(form, "password", 1024)
        address, known = self._addresses.of(request), request.cookies.get(self._cookies.name(KNOWN))
        try:
            self._knock(address if not self._logins.knows(email, known) else known or "")
            passed = await self._logins.password(email, password, address, known)
        except Refused as refused:
            return self._refused(request, "login.html", refused, email=email)
        return self._onward(passed)

    async def code(self, request: Request) -> Response:
        """Ask for the second factor, or help to set it up."""
        step = request.cookies.get(self._cookies.name(STEP))
        try:
            self._knock(self._addresses.of(request))
        except Refused as refused:
            return self._refused(request, "login.html", refused, email="")
        try:
            half_way = await self._logins.half_way(step)
        except Refused:
            return see("/desk/login")
        template = "enrol.html" if half_way.enrols else "code.html"
        shown: dict[str, Any] = {"secret": _grouped(half_way.secret)} if half_way.enrols else {}
        if request.method == "GET":
            return self._pages.page(request, template, error=None, wait_s=0, **shown)
        form = await self._form(request)
        if form is None:
            return self._forged(request)
        try:
            passed = await self._logins.second_factor(
                step,
                _text(form, "code", 16),
                self._addresses.of(request),
                request.cookies.get(self._cookies.name(KNOWN)),
            )
        except Refused as refused:
            return self._refused(request, template, refused, **shown)
        return self._onward(passed)

    async def drawn_secret(self, request: Request) -> Response:
        """Draw the second factor's secret, for as long as it is being set up."""
        try:
            half_way = await self._logins.half_way(request.cookies.get(self._cookies.name(STEP)))
        except Refused:
            return self._pages.not_found(request)
        if not half_way.enrols:
            return self._pages.not_found(request)
        label = quote(f"Curbside:{half_way.account.email}")
        address = f"otpauth://totp/{label}?secret={half_way.secret}&issuer=Curbside"
        drawing = io.BytesIO()
        segno.make(address, error="m").save(drawing, kind="svg", scale=5, border=3, dark="#14202b", light="#ffffff")
        return Response(drawing.getvalue(), media_type="image/svg+xml", headers=dict(headers.of_page(secure=False)))

    async def password(self, request: Request) -> Response:
        """Set a password by a one-time link."""
        try:
            self._knock(self._addresses.of(request), self._linked)
        except Refused as refused:
            return self._refused(request, "login.html", refused, email="")
        form = await self._form(request) if request.method == "POST" else None
        if request.method == "POST" and form is None:
            return self._forged(request)
        code = _text(form, "code", 100) if form else request.query_params.get("code", "")[:100].replace("\0", "")
        account = await self._passwords.account_of_link(code)
        if account is None:
            return self._pages.page(request, "link_used.html", status=410)
        shown: dict[str, Any] = {"code": code, "email": account.email}
        if form is None:
            return self._pages.page(request, "password.html", wrong=None, **shown)
        password = _text(form, "password", 1024)
        wrong = "password_differs" if password != _text(form, "again", 1024) else None
        try:
            wrong = wrong or await self._passwords.set_password(code, password)
        except Refused:
            return self._pages.page(request, "link_used.html", status=410)
        if wrong is not None:
            return self._pages.page(request, "password.html", status=422, wrong=wrong, **shown)
        return see("/desk/login")

    async def log_out(self, request: Request) -> Response:
        """End the session, its sockets, and with the last one the agent's hold on what needs an answer."""
        if not same_origin(request.headers, self._origin):
            return self._forged(request)
        logged_in = await self.logged_in(request)
        # Whoever still works in another browser keeps what they hold.
        if logged_in is not None and await self._logins.log_out(logged_in):
            await self._gone(logged_in.agent.tenant, logged_in.agent.id, "logged_off")
        response = see("/desk/login")
        self._cookies.drop(response, SESSION)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def token(self, request: Request) -> Response:
        """Exchange the cookie for a token: for a socket, and for what the desk asks over HTTPS."""
        if not same_origin(request.headers, self._origin):
            return refusal(Refused("forbidden"))
        try:
            self._asking.take(self._addresses.of(request))
        except Refused as refused:
            return refusal(refused)
        # The desk asks for it again and again by itself: that nobody touches it must still log it off.
        cookie = request.cookies.get(self._cookies.name(SESSION))
        logged_in = await self._logins.logged_in(cookie, by_person=False)
        if logged_in is None:
            return refusal(Refused("ended"))
        token = await self._logins.socket_token(logged_in)
        return JSONResponse({"token": token, "expires_in": TOKEN_MS // 1000}, headers={"Cache-Control": "no-store"})

    async def here(self, request: Request) -> Response:
        """Take that somebody touched keyboard or pointer: reading is work too, and sends nothing by itself."""
        if not same_origin(request.headers, self._origin):
            return refusal(Refused("forbidden"))
        try:
            self._asking.take(self._addresses.of(request))
        except Refused as refused:
            return refusal(refused)
        if await self.logged_in(request) is None:
            return refusal(Refused("ended"))
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def logged_in(self, request: Request) -> LoggedIn | None:
        """Return who is logged in."""
        return await self._logins.logged_in(request.cookies.get(self._cookies.name(SESSION)))

    async def _form(self, request: Request) -> FormData | None:
        """Read a form, or None when it does not come from a page of ours."""
        if not same_origin(request.headers, self._origin):
            return None
        return await request.form(max_fields=20, max_files=0, max_part_size=4096)

    def _knock(self, who: str, door: Buckets | None = None) -> None:
        """Count an attempt in memory before the database hears of it: by address, or by the mark of a known browser."""
        try:
            (door or self._guessing).take(who)
        except Refused as refused:
            raise Refused("too_many_attempts", retry=True, after_ms=refused.after_ms) from None

    def _onward(self, passed: Passed) -> Response:
        if passed.step is not None:
            response = see("/desk/login/code")
            self._cookies.give(response, STEP, passed.step)
            return response
        response = see("/desk")
        assert passed.cookie is not None and passed.known is not None
        self._cookies.give(response, SESSION, passed.cookie)
        self._cookies.give(response, KNOWN, passed.known)
        self._cookies.drop(response, STEP)
        return response

    def _refused(self, request: Request, template: str, refused: Refused, **shown: Any) -> Response:
        wait_s = -(-(refused.after_ms or 0) // 1000)
        if refused.code == "expired":
            return see("/desk/login")
        status = {"bad_login": 401, "too_many_attempts": 429}.get(refused.code, 503)
        page = self._pages.page(request, template, status=status, error=refused.code, wait_s=wait_s, **shown)
        if wait_s:
            page.headers["Retry-After"] = str(wait_s)
        return page

    def _forged(self, request: Request) -> Response:
        return self._pages.page(request, "forged.html", status=403)


def see(path: str) -> Response:
    """Send the browser to a page of our own: the path is always written here, never taken from a request."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def _text(form: FormData, name: str, longest: int) -> str:
    value = form.get(name, "")
    return value[:longest].replace("\0", "") if isinstance(value, str) else ""


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
