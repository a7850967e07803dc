"""Pages of EHRs that make it hard for a launcher, as a small server; `python -m tests.hosts.serve` shows them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "node_modules"
NONCE = "dGhlIHRlc3Qgbm9uY2U"
STUB = "window.Curbside=window.Curbside||function(){(Curbside.q=Curbside.q||[]).push(arguments)}"


@dataclass(frozen=True, slots=True)
class Snippet:
    """The lines that a vendor pastes, pointing at some Curbside."""

    curbside: str
    tenant: str = "northwind"
    attributes: str = 'data-phone="+1 555 0142"'

    def html(self) -> str:
        """Return the snippet as HTML; the nonce is for pages whose policy asks for one."""
        source = f'src="{self.curbside}/widget.js" data-tenant="{self.tenant}" {self.attributes}'
        return f'<script nonce="{NONCE}">{STUB}</script>\n<script nonce="{NONCE}" async {source}></script>'


def headers_of(name: str, curbside: str) -> dict[str, str]:
    """Return the page's own headers: only the strict page has a policy."""
    if name != "strict":
        return {}
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'nonce-{NONCE}'; frame-src {curbside}; connect-src 'self'; "
            "base-uri 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
    }


def page(name: str, snippet: Snippet) -> str:
    """Return a host page's HTML with the snippet in it."""
    html = (HERE / f"{name}.html").read_text("utf-8")
    return html.replace("{{snippet}}", snippet.html()).replace("{{nonce}}", NONCE)


def create_hosts(snippet: Snippet) -> Starlette:
    """Serve every page at its name."""

    async def host(request: Request) -> Response:
        name = request.path_params["name"]
        if not (HERE / f"{name}.html").is_file():
            return Response(status_code=404)
        return HTMLResponse(page(name, snippet), headers=headers_of(name, snippet.curbside))

    routes = [
        Mount("/modules", StaticFiles(directory=MODULES)),
        Route("/{name:str}", host),
    ]
    return Starlette(routes=routes)


if __name__ == "__main__":
    uvicorn.run(create_hosts(Snippet(os.environ.get("CURBSIDE", "http://127.0.0.1:8400"))), port=8402)
