"""Meadowlark Health, a make-believe cloud EHR: pages of its own, a log-in of its own, and Curbside's snippet."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from curbside.demo import ward
from curbside.demo.people import PEOPLE, Person
from curbside.demo.tokens import Signer

HERE = Path(__file__).parent.parent
VERSION = "24.3"
COOKIE = "meadowlark"
NONCE_LENGTH = 43


@dataclass(frozen=True, slots=True, repr=False)
class EhrSettings:
    """Where Curbside is, which tenant this EHR is there, and what both sides know."""

    curbside: str
    tenant: str
    issuer: str
    secret: str
    audience: str = "curbside"
    phone: str = "+1 555 0142"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody at a workstation, from log-in to log-out. `sid` is its name towards Curbside."""

    person: Person
    sid: str


def create_ehr(settings: EhrSettings) -> Starlette:
    """Return the EHR as an application of its own, to be served from another site than Curbside."""
    ehr = Ehr(settings)
    routes = [
        Route("/", ehr.welcome),
        Route("/worklist", ehr.worklist),
        Route("/chart/{patient}", ehr.chart),
        Route("/orders", ehr.orders),
        Route("/claims", ehr.claims),
        Route("/login", ehr.login, methods=["POST"]),
        Route("/logout", ehr.logout, methods=["POST"]),
        Route("/switch", ehr.switch, methods=["POST"]),
        Route("/token", ehr.token, methods=["POST"]),
        Route("/orders/sign", ehr.sign, methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static" / "demo")),
    ]
    return Starlette(routes=routes)


class Ehr:
    """The pages and verbs of the EHR. Its log-ins live in memory: a restart logs everybody out."""

    def __init__(self, settings: EhrSettings) -> None:
        self._settings = settings
        self._signer = Signer(settings.issuer, settings.audience, settings.secret)
        self._logins: dict[str, Login] = {}
        self._pages = Environment(
            loader=FileSystemLoader(HERE / "templates" / "demo"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def welcome(self, request: Request) -> Response:
        """Ask who works here; Curbside stands on this page too, for those who cannot log in."""
        if self._login(request):
            return RedirectResponse("/worklist", 303)
        return self._page("welcome.html", None, {"module": "Log-in", "screen": "Welcome", "version": VERSION})

    async def worklist(self, request: Request) -> Response:
        return self._screen(request, "worklist.html", "Worklist", "Unit list", patients=ward.PATIENTS.values())

    async def chart(self, request: Request) -> Response:
        patient = ward.PATIENTS.get(request.path_params["patient"])
        if patient is None:
            return RedirectResponse("/worklist", 303)
        return self._screen(request, "chart.html", "Chart", "Summary", patient=patient)

    async def orders(self, request: Request) -> Response:
        sets = ward.ORDER_SETS.values()
        return self._screen(request, "orders.html", "Orders", "Order sets", sets=sets, patient=ward.PATIENTS["fern"])

    async def claims(self, request: Request) -> Response:
        return self._screen(request, "claims.html", "Claims", "Work queue", claims=ward.CLAIMS)

    async def login(self, request: Request) -> Response:
        async with request.form() as form:
            person = PEOPLE.get(str(form.get("person", "")))
        if person is None:
            return RedirectResponse("/", 303)
        return self._remember(Login(person, secrets.token_urlsafe(16)), RedirectResponse("/worklist", 303))

    async def logout(self, request: Request) -> Response:
        """End the log-in, and tell Curbside, so that it ends there on every device."""
        await self._end(request)
        answer = JSONResponse({"done": True})
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    async def switch(self, request: Request) -> Response:
        """Let somebody else take over at this workstation, without loading the page again."""
        person = PEOPLE.get(str((await _body(request)).get("person", "")))
        if person is None:
            return JSONResponse({"error": "unknown_person"}, 404)
        await self._end(request)
        login = Login(person, secrets.token_urlsafe(16))
        return self._remember(login, JSONResponse(_card(login)))

    async def token(self, request: Request) -> Response:
        """Sign who is logged in, for the panel that made this nonce; `user` must still be the one the page believes."""
        login = self._login(request)
        asked = await _body(request)
        nonce = asked.get("nonce")
        if login is None:
            return JSONResponse({"error": "not_logged_in"}, 401)
        if asked.get("user") != login.sid:
            return JSONResponse({"error": "somebody_else"}, 409)
        if not isinstance(nonce, str) or len(nonce) != NONCE_LENGTH:
            return JSONResponse({"error": "bad_nonce"}, 400)
        token = self._signer.identity(login.person, login.sid, nonce)
        return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})

    async def sign(self, request: Request) -> Response:
        """Sign an order set; one of them cannot be signed since the update of last night."""
        if self._login(request) is None:
            return JSONResponse({"error": "not_logged_in"}, 401)
        found = ward.ORDER_SETS.get(str((await _body(request)).get("set", "")))
        if found is None:
            return JSONResponse({"error": "unknown_set"}, 404)
        if found.error:
            return JSONResponse({"error": found.error, "name": found.name}, 422)
        return JSONResponse({"signed": found.name})

    def _screen(self, request: Request, template: str, module: str, screen: str, **values: Any) -> Response:
        login = self._login(request)
        if login is None:
            return RedirectResponse("/", 303)
        context = {"module": module, "screen": screen, "version": VERSION, "workstation": "4W-07"}
        return self._page(template, login, context, **values)

    def _page(self, template: str, login: Login | None, context: dict[str, str], **values: Any) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = self._pages.get_template(template).render(
            nonce=nonce,
            settings=self._settings,
            login=login,
            card=json.dumps(_card(login) if login else None),
            context=context,
            people=PEOPLE.values(),
            version=VERSION,
            **values,
        )
        return HTMLResponse(html, headers=_headers(nonce, self._settings.curbside))

    def _login(self, request: Request) -> Login | None:
        return self._logins.get(request.cookies.get(COOKIE, ""))

    def _remember(self, login: Login, answer: Response) -> Response:
        key = secrets.token_urlsafe(24)
        self._logins[key] = login
        answer.set_cookie(COOKIE, key, httponly=True, samesite="strict")
        return answer

    async def _end(self, request: Request) -> None:
        login = self._logins.pop(request.cookies.get(COOKIE, ""), None)
        if login is None:
            return
        token = self._signer.logout(login.person.id, login.sid)
        # An EHR must be able to log out while Curbside is away: the panel in this browser is told by the launcher.
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=2, trust_env=False) as curbside:
                ended = {"tenant": self._settings.tenant, "jwt": token}
                await curbside.post(f"{self._settings.curbside}/v1/end", json=ended)


def _card(login: Login) -> dict[str, str]:
    person = login.person
    return {
        "user": login.sid,
        "id": person.id,
        "name": person.name,
        "initials": person.initials,
        "tone": str(person.tone),
        "role": person.role,
        "unit": person.unit,
        "organization": person.organization.name,
        "locale": person.locale,
    }


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _headers(nonce: str, curbside: str) -> dict[str, str]:
    """Return an EHR's strict headers. What Curbside needs of them: its script by nonce, its frame by origin."""
    csp = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"frame-src {curbside}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {
        "Content-Security-Policy": csp,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
