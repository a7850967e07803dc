"""The settings: pages for administrators. Every other agent is told that they may not, contacts never get here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from curbside.actions.directory import Directory
from curbside.actions.login import LoggedIn
from curbside.actions.passwords import Passwords
from curbside.actions.tenant import Tenants
from curbside.domain.errors import Refused
from curbside.domain.people import Agent
from curbside.web.desk import see
from curbside.web.limits import same_origin
from curbside.web.pages import Pages, language_of, words_of
from curbside.web.setting_acts import ACTS, Means, Once, text
from curbside.web.setting_undo import Undo, undo
from curbside.web.setting_views import VIEWS, Seen

_FIELDS_MAX = 100
_PART_MAX = 32 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab and the ends of lines


class SettingsPages:
    """Show settings and change them. A change answers with a redirect, unless it has something to show just once."""

    def __init__(
        self,
        tenants: Tenants,
        passwords: Passwords,
        directory: Directory,
        pages: Pages,
        logged_in: Callable[[Request], Awaitable[LoggedIn | None]],
        origin: str,
        desk_origin: str,
    ) -> None:
        self._tenants = tenants
        self._passwords = passwords
        self._directory = directory
        self._pages = pages
        self._logged_in = logged_in
        self._origin = origin
        self._desk_origin = desk_origin

    def routes(self) -> list[Route]:
        return [
            Route("/desk/settings", self.first),
            Route("/desk/settings/{section}", self.show),
            Route("/desk/settings/{section}/{verb}", self.change, methods=["POST"]),
        ]

    async def first(self, request: Request) -> Response:
        return see("/desk/settings/agents")

    async def show(self, request: Request) -> Response:
        """Show one place of the settings."""
        admin = await self._administrator(request)
        if isinstance(admin, Response):
            return admin
        section = request.path_params["section"]
        if section not in VIEWS:
            return self._pages.not_found(request)
        return await self._page(request, admin, section, done="done" in request.query_params)

    async def change(self, request: Request) -> Response:
        """Do what one form asks, in the administrator's own tenant and no other."""
        if not same_origin(request.headers, self._desk_origin):
            return self._pages.page(request, "forged.html", status=403)
        admin = await self._administrator(request)
        if isinstance(admin, Response):
            return admin
        section = request.path_params["section"]
        act = ACTS.get((section, request.path_params["verb"]))
        if act is None:
            return self._pages.not_found(request)
        form = await request.form(max_fields=_FIELDS_MAX, max_files=0, max_part_size=_PART_MAX)
        means = Means(self._tenants, self._passwords, self._directory, self._desk_origin, admin.tenant)
        try:
            _check_characters(form)
            back = undo(means, section, request.path_params["verb"], form)
            once = await act(means, form)
        except Refused as refused:
            return await self._refused(request, admin, section, form, refused)
        if once is not None:
            return await self._page(request, admin, section, once=once)
        if back is not None:
            return await self._page(request, admin, section, back=back)
        return see(f"/desk/settings/{section}?done")

    async def _administrator(self, request: Request) -> Agent | Response:
        logged_in = await self._logged_in(request)
        if logged_in is None:
            return see("/desk/login")
        if logged_in.agent.role != "admin":
            return self._pages.page(request, "forbidden.html", status=403, locale=logged_in.agent.locale)
        return logged_in.agent

    async def _refused(
        self, request: Request, admin: Agent, section: str, form: FormData, refused: Refused
    ) -> Response:
        field = str((refused.detail or {}).get("field", ""))
        error = "in_use" if field == "in_use" else field or refused.code
        entered: dict[str, Any] = {name: text(form, name) for name in form}
        entered["teams"] = [str(each) for each in form.getlist("teams")]
        status = 503 if refused.retry else 422
        return await self._page(request, admin, section, status=status, error=error, wrong=field, entered=entered)

    async def _page(
        self,
        request: Request,
        admin: Agent,
        section: str,
        *,
        status: int = 200,
        done: bool = False,
        once: Once | None = None,
        back: Undo | None = None,
        error: str = "",
        wrong: str = "",
        entered: dict[str, Any] | None = None,
    ) -> Response:
        words = words_of(language_of(request, admin.locale))
        agents = await self._tenants.agents(admin.tenant) if section == "agents" else []
        shown = VIEWS[section](Seen(self._directory, admin.tenant, agents, words, self._origin))
        return self._pages.page(
            request,
            f"settings/{section}.html",
            status=status,
            locale=admin.locale,
            section=section,
            sections=list(VIEWS),
            done=done,
            once=once,
            back=back,
            error=error,
            wrong=wrong,
            entered={"text": "", **shown.get("blank", {}), **entered} if entered is not None else None,
            **shown,
        )


def _check_characters(form: FormData) -> None:
    """Raise Refused(`bad_body`) when a field has control characters: nobody types them, and they are not for pages."""
    for name, value in form.multi_items():
        if isinstance(value, str) and _CONTROL.search(value):
            raise Refused("bad_body", detail={"field": name})
