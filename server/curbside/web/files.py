"""Attachments over HTTPS: put up with a token, fetched by a link that was asked for with one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from curbside.actions import identity
from curbside.actions.directory import Directory
from curbside.actions.files import LINK_S, Files
from curbside.actions.identity import Known
from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.domain.files import BYTES_MAX, CONVERSATION_ID
from curbside.web.limits import Asking, Held
from curbside.web.reading import bearer, refusal

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_AROUND = 4096
PIECE = 64 * 1024
# What a message may carry, for each person; memory for some dozens of the largest files at once.
HELD_EACH = 10 * (BYTES_MAX + _AROUND)
HELD_ALL = 512 * 1024 * 1024
_NAME_MAX = 1024
_PRIVATE = {"Cache-Control": "private, no-store"}
_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class FileRoutes:
    """Serve /v1/files."""

    def __init__(self, installation: Installation, directory: Directory, files: Files) -> None:
        self._installation = installation
        self._directory = directory
        self._files = files
        self._adding = Asking(rate=1, burst=30)
        self._linking = Asking(rate=20, burst=200)
        self._held = Held(HELD_EACH, HELD_ALL)
        self.routes = [
            Route("/v1/files", self.add, methods=["POST"]),
            Route("/v1/files/{id}/link", self.link, methods=["POST"]),
            Route("/v1/files/{id}/{signature}", self.fetch, methods=["GET"]),
        ]

    async def add(self, request: Request) -> Response:
        """Take a file in: `multipart/form-data` with `conversation` first, then `file`."""
        try:
            known = await self._known(request)
            self._adding.take(known.person)
            with self._held.hold(known.person, _announced(request)):
                form = await self._read_form(request, known)
                ref = await self._files.add(known.person, form.conversation, form.name, bytes(form.content))
        except Refused as refused:
            return refusal(refused)
        fields = ("id", "name", "mime", "size", "width", "height")
        return JSONResponse({name: getattr(ref, name) for name in fields}, 201, _PRIVATE)

    async def link(self, request: Request) -> Response:
        """Answer with a link to a file, for a minute."""
        try:
            known = await self._known(request)
            self._linking.take(known.person)
            id = request.path_params["id"]
            within = known.part.conversation if known.part else None
            lapsed = self._lapsed(known)
            signature = await self._files.link(known.person, id, known.token_id, only_open=lapsed, within=within)
        except Refused as refused:
            return refusal(refused)
        return JSONResponse({"url": f"/v1/files/{id}/{signature}", "expires_in": LINK_S}, headers=_PRIVATE)

    async def fetch(self, request: Request) -> Response:
        """Answer with the bytes that a link names: they can be looked at or kept, never run.

        Asked again is whether the log-in still holds and the file may still be seen: a minute is long.
        """
        try:
            id = request.path_params["id"]
            token = self._files.holder(id, request.path_params["signature"])
            known = await identity.holder(self._installation, self._directory, token, parts=True)
            with ExitStack() as room:
                hold = partial(self._held.hold, known.person)
                file = await self._files.fetch(known.person, id, lambda size: room.enter_context(hold(size)))
                held = room.pop_all()
        except Refused as refused:
            return refusal(refused)
        disposition = "inline" if file.inline else "attachment"
        headers = {
            **_PRIVATE,
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": _SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        charset = "; charset=utf-8" if file.mime.startswith("text/") else ""
        headers["Content-Type"] = file.mime + charset
        return InPieces(file.content, headers, held)

    async def _read_form(self, request: Request, known: Known) -> Form:
        """Read the form, and ask whether its sender may do this before the bytes of the file are read."""
        parser, form = _parser(request)
        read = 0
        asked = False
        try:
            async for chunk in request.stream():
                read += len(chunk)
                if read > BYTES_MAX + _AROUND:
                    raise Refused("file_too_large")
                parser.write(chunk)
                if form.in_file and not asked:
                    asked = True
                    if known.part and form.conversation != known.part.conversation:
                        raise Refused("not_found")
                    await self._files.check_may_add(known.person, form.conversation, only_open=self._lapsed(known))
            parser.finalize()
        except ValueError:  # the parser's own errors, and those of misshapen numbers and encodings, are of this kind
            raise Refused("bad_file") from None
        if not form.in_file:
            raise Refused("bad_file")
        return form

    async def _known(self, request: Request) -> Known:
        return await identity.who(self._installation, self._directory, bearer(request), parts=True)

    def _lapsed(self, known: Known) -> bool:
        return known.lapsed(self._installation.db.clock())


class InPieces(Response):
    """Send a file piece by piece, so that a slow line is seen to take some of it; then let go of its room."""

    def __init__(self, content: bytes, headers: Mapping[str, str], held: ExitStack) -> None:
        super().__init__(headers={**headers, "Content-Length": str(len(content))})
        self._content = memoryview(content)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._held:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for at in range(0, len(self._content), PIECE):
                piece = bytes(self._content[at : at + PIECE])
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


class Form:
    """The two fields of an upload, as far as they have been read. Nothing is written to a temporary file."""

    def __init__(self) -> None:
        self.conversation = ""
        self.name = ""
        self.in_file = False
        self.content = bytearray()
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._field = b""
        self._seen: set[bytes] = set()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
        }

    def _part_begins(self) -> None:
        self._header = self._value = self._disposition = self._field = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._bound(self._header)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound(self._value)

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"")
        if self._field not in (b"conversation", b"file") or self._field in self._seen:
            raise Refused("bad_file")
        self._seen.add(self._field)
        if self._field == b"file":
            if CONVERSATION_ID.fullmatch(self.conversation) is None:
                raise Refused("bad_file")
            self.in_file = True
            self.name = options.get(b"filename", b"").decode(errors="replace")[:_NAME_MAX]

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field == b"conversation":
            self.conversation += data[start:end].decode(errors="replace")
            self._bound(self.conversation)
            return
        self.content += data[start:end]
        if len(self.content) > BYTES_MAX:
            raise Refused("file_too_large")

    def _bound(self, text: bytes | str) -> None:
        if len(text) > _NAME_MAX:
            raise Refused("bad_file")


def _announced(request: Request) -> int:
    """Return how many bytes are to come. Raises Refused(`file_too_large`) when they are too many."""
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdecimal() else BYTES_MAX
    if size > BYTES_MAX + _AROUND:
        raise Refused("file_too_large")
    return size


def _parser(request: Request) -> tuple[MultipartParser, Form]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused("bad_file")
    form = Form()
    return MultipartParser(boundary, form.callbacks()), form
