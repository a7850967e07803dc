"""Pages that the server writes: Jinja2, in the reader's language, with the headers that keep them safe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from curbside.web import headers
from curbside.web.assets import Assets

TEMPLATES = Path(__file__).parent.parent / "templates"
LANGUAGES = ("en", "es")


class Pages:
    """Render pages. `secure` is whether browsers reach us over https."""

    def __init__(self, assets: Assets, *, secure: bool) -> None:
        self.secure = secure
        self._assets = assets

    def page(
        self, request: Request, template: str, *, status: int = 200, locale: str | None = None, **values: Any
    ) -> Response:
        """Render a page of words and forms, without any script."""
        language = language_of(request, locale)
        return self.respond(
            template,
            headers.of_page(secure=self.secure),
            status=status,
            language=language,
            words=words_of(language),
            stylesheet=self._assets.plain_asset("pages.css"),
            **values,
        )

    def respond(self, template: str, with_headers: Mapping[str, str], *, status: int = 200, **values: Any) -> Response:
        """Render a template with the headers that belong to it."""
        html = _templates().get_template(template).render(values)
        return HTMLResponse(html, status, dict(with_headers))

    def not_found(self, request: Request) -> Response:
        return self.page(request, "not_found.html", status=404)


@cache
def _templates() -> Environment:
    """Return the templates, each compiled once in a process."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: Request, locale: str | None = None) -> str:
    """Return the language to speak: the person's own, else the first that their browser asks for and we know."""
    wanted = [locale] if locale else _accepted(request.headers.get("accept-language", ""))
    for each in wanted:
        language = each.lower().split("-")[0]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _accepted(header: str) -> list[str]:
    weighed = []
    for part in header.split(",")[:10]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda each: each[0])]


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return a language's catalogue. A key that is missing there is a failing test, not a hole in a page."""
    catalogue: dict[str, str] = json.loads((TEMPLATES / "words" / f"{language}.json").read_text())
    return catalogue
