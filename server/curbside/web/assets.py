"""What was built for browsers: found by its manifest, served compressed, cached for ever under its hashed name."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from curbside.domain.errors import Refused

STATIC = Path(__file__).parent.parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300, must-revalidate"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".map": "application/json"}
# Loaded by pages of any origin: the launcher with `crossorigin` and an integrity hash.
_ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Built(msgspec.Struct, frozen=True):
    """One built file: its hashed name, and the hash a browser checks; `version` of a launcher that was released."""

    file: str
    sri: str
    version: str | None = None

    @property
    def pinned(self) -> dict[str, str]:
        """Say how a page pins this launcher."""
        return {"path": f"/widget/{self.file.split('.')[1]}/widget.js", "integrity": self.sri}


@dataclass(frozen=True, slots=True)
class Asset:
    """Where a page finds a file, and what it must be."""

    url: str
    sri: str


class Assets:
    """Serve the built files, and the pages' own stylesheet."""

    def __init__(self, static: Path = STATIC) -> None:
        self._static = static
        self._read_at: float | None = None
        self._manifest: dict[str, Built] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/widget.js", self.launcher),
            Route("/widget/manifest.json", self.launchers),
            Route("/widget/{hash}/widget.js", self.pinned_launcher),
            Route("/widget/{hash}/screen.js", self.screen),
            Route("/static/built/{name}", self.built),
            Route("/static/{name}", self.plain),
        ]

    def asset(self, name: str) -> Asset | None:
        """Return a built file by its plain name, or None when it has not been built."""
        found = self._built().get(name)
        return None if found is None else Asset(f"/static/built/{found.file}", found.sri)

    def plain_asset(self, name: str) -> Asset:
        """Return a file that is not built; its address changes with its content."""
        content = (self._static / name).read_bytes()
        return Asset(f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}", _sri(content))

    async def launcher(self, request: Request) -> Response:
        """Serve the launcher as it is now: asked for again every few minutes."""
        found = self._built().get("widget.js")
        if found is None:
            return _missing()
        return self._file(request, found.file, {**_ANYWHERE, "Cache-Control": _SHORT, "ETag": f'"{found.file}"'})

    async def launchers(self, request: Request) -> Response:
        """Say which launchers there are to pin, newest first, and which one `/widget.js` is now."""
        built = self._built()
        if "widget.js" not in built:
            return _missing()
        versions = [{"version": each.version, **each.pinned} for each in built.values() if each.version]
        headers = {**_ANYWHERE, **_NOSNIFF, "Cache-Control": _SHORT}
        return JSONResponse({"versions": versions, "latest": built["widget.js"].pinned}, headers=headers)

    async def pinned_launcher(self, request: Request) -> Response:
        """Serve exactly the launcher that a page has pinned by its hash."""
        return self._anywhere(request, "widget")

    async def screen(self, request: Request) -> Response:
        """Serve the code that masks a shared page, exactly as a launcher names it by its hash."""
        return self._anywhere(request, "screen")

    async def built(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in {each.file for each in self._built().values()}:
            return _missing()
        return self._file(request, name, {"Cache-Control": _FOR_EVER, "Cross-Origin-Resource-Policy": "same-origin"})

    async def plain(self, request: Request) -> Response:
        """Serve a file of the folder itself, which is listed there: no path is ever put together."""
        name = request.path_params["name"]
        files = {each.name: each for each in self._static.iterdir() if each.is_file()}
        if name not in files or files[name].suffix not in _TYPES:
            return _missing()
        headers = {"Cache-Control": _FOR_EVER if "v" in request.query_params else _SHORT}
        return FileResponse(files[name], media_type=_TYPES[files[name].suffix], headers={**headers, **_NOSNIFF})

    def _anywhere(self, request: Request, name: str) -> Response:
        file = f"{name}.{request.path_params['hash']}.js"
        if file not in {each.file for each in self._built().values()}:
            return _missing()
        return self._file(request, file, {**_ANYWHERE, "Cache-Control": _FOR_EVER})

    def _file(self, request: Request, name: str, headers: dict[str, str]) -> Response:
        headers = {**headers, **_NOSNIFF, "Vary": "Accept-Encoding"}
        if "ETag" in headers and headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        path = self._static / "built" / name
        small = path.with_name(f"{name}.br")
        accepted = {each.split(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")}
        if "br" in accepted and small.exists():
            path, headers = small, {**headers, "Content-Encoding": "br"}
        response = FileResponse(path, media_type=_TYPES[Path(name).suffix])
        response.headers.update(headers)
        return response

    def _built(self) -> dict[str, Built]:
        manifest = self._static / "built" / "manifest.json"
        try:
            changed_at = manifest.stat().st_mtime
            if changed_at != self._read_at:
                self._manifest = msgspec.json.decode(manifest.read_bytes(), type=dict[str, Built])
                self._read_at = changed_at
        except FileNotFoundError:
            self._manifest = {}
        return self._manifest


_NOSNIFF = {"X-Content-Type-Options": "nosniff"}


def _missing() -> Response:
    return Response(Refused("not_found").message, 404, {"Cache-Control": "no-store"}, "text/plain")


def _sri(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
