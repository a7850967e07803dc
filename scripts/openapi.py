"""Describe what is asked over HTTPS, as OpenAPI 3.1: `python -m scripts.openapi` writes docs/openapi.json.

What a request may say is read off the very types that decode it. What an answer says stands here, and a test asks the
running server whether it does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from curbside.web import carrying, check, identify, search, stream

WRITTEN = Path(__file__).parent.parent / "docs" / "openapi.json"
Schema = Mapping[str, Any]
_REF = "#/components/schemas/{name}"


def _ref(name: str) -> Schema:
    return {"$ref": _REF.format(name=name)}


def _either(*types: str) -> Schema:
    return {"type": list(types)}


TEXT, BOOL, INT, MAYBE_TEXT, MAYBE_INT = (
    {"type": "string"},
    {"type": "boolean"},
    {"type": "integer"},
    _either("string", "null"),
    _either("integer", "null"),
)
ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}


def _all_of(**fields: Schema) -> Schema:
    """Return an object that has every one of these fields."""
    return {"type": "object", "properties": fields, "required": sorted(fields)}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_CONTACT = _all_of(
    id=TEXT,
    name=TEXT,
    role=TEXT,
    organization=_all_of(id=TEXT, name=TEXT),
)
_ANSWERS: dict[str, Schema] = {
    "Error": _all_of(
        error=_all_of(
            code=TEXT,
            message=TEXT,
            retry=BOOL,
            after_ms=MAYBE_INT,
            detail=_either("object", "null"),
        )
    ),
    "Identified": _all_of(token=TEXT, expires_in=INT, contact=_all_of(name=TEXT, locale=TEXT, tz=TEXT)),
    "Tenant": _all_of(
        tenant=TEXT,
        origins=_list_of(TEXT),
        name=TEXT,
        phone=TEXT,
        hours={"type": "object"},
        open=BOOL,
        opens_at=MAYBE_INT,
        incidents=_list_of(_all_of(id=TEXT, text=TEXT, next_update_at=MAYBE_INT)),
        accent=MAYBE_TEXT,
        locale=TEXT,
        switches={"type": "object", "additionalProperties": BOOL},
        context_fields=_list_of(TEXT),
    ),
    "Row": _all_of(conversation=TEXT, version=INT, reference=TEXT, status=TEXT, urgency=TEXT, head=INT),
    "Found": _all_of(results=_list_of(_all_of(row=_ref("Row"), snippet=TEXT, seq=INT))),
    "Rows": _all_of(rows=_list_of(_ref("Row"))),
    "Contacts": _all_of(contacts=_list_of(_CONTACT)),
    "File": _all_of(id=TEXT, name=TEXT, mime=TEXT, size=INT, width=MAYBE_INT, height=MAYBE_INT),
    "Link": _all_of(url=TEXT, expires_in=INT),
    "CallAddress": {
        "type": "object",
        "properties": {"url": TEXT, "expires_in": INT, "qr": TEXT},
        "required": ["expires_in", "url"],
    },
    "PartToken": _all_of(token=TEXT, expires_in=INT, tenant=TEXT, way=TEXT, call=TEXT, conversation=TEXT),
    "Ways": _all_of(known=BOOL, relays=_list_of({"type": "object"}), echo=BOOL),
    "Echo": _all_of(sdp=TEXT, ends_in_ms=INT),
    "Frame": {"type": "object", "properties": {"type": TEXT}, "required": ["type"]},
    "Ready": _all_of(ready=BOOL),
}


def _json(name: str) -> Schema:
    return {"application/json": {"schema": _ref(name)}}


_TEXT_PLAIN: Schema = {"text/plain": {"schema": TEXT}}
_BYTES: Schema = {"*/*": {"schema": {}}}
_FILE: Schema = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"conversation": ID, "file": {"type": "string", "format": "binary"}},
            "required": ["conversation", "file"],
        }
    }
}
_MAY_BE_BUSY = (400, 413, 429, 500, 503)
_KNOWN = (400, 401, 403, 404, 413, 429, 500, 503)


@dataclass(frozen=True)
class Operation:
    """One method of one route."""

    does: str
    answers: Schema
    body: type | Schema | None = None
    status: int = 200
    token: bool | None = True
    """Whether a token is needed; None: it may be given."""
    refusals: tuple[int, ...] = _KNOWN
    optional_body: bool = False
    parameters: tuple[str, ...] = ()
    more: Mapping[int, Schema] = field(default_factory=dict)


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("post", "/v1/identify"): Operation(
        "Exchange an EHR's signed token for ours.",
        _json("Identified"),
        identify.Asked,
        token=False,
        refusals=(401, 403, *_MAY_BE_BUSY),
    ),
    ("post", "/v1/logout"): Operation("End a log-in.", {}, identify.LoggedOut, 204, optional_body=True),
    ("post", "/v1/end"): Operation(
        "End what the EHR's backend says is over.",
        {},
        identify.Ended,
        204,
        token=False,
        refusals=(401, *_MAY_BE_BUSY),
    ),
    ("get", "/v1/tenant/{tenant}"): Operation(
        "What anybody may know of a tenant.",
        _json("Tenant"),
        token=False,
        refusals=(404, *_MAY_BE_BUSY),
        parameters=("tenant",),
    ),
    ("post", "/v1/stream"): Operation(
        "What a socket brings, as lines; or with `poll`, once, as an array.",
        {
            "application/x-ndjson": {"schema": TEXT},
            "application/json": {"schema": _list_of(_ref("Frame"))},
        },
        stream.Opening,
        refusals=(401, *_MAY_BE_BUSY),
    ),
    ("post", "/v1/frame"): Operation(
        "One frame, as on a socket, and its answer.", _json("Frame"), _json("Frame"), refusals=_KNOWN
    ),
    ("post", "/v1/files"): Operation(
        "Put up a file for a message.", _json("File"), _FILE, 201, refusals=(*_KNOWN, 409)
    ),
    ("post", "/v1/files/{id}/link"): Operation("A link to a file, for a minute.", _json("Link"), parameters=("id",)),
    ("get", "/v1/files/{id}/{signature}"): Operation(
        "The file that a link names.", _BYTES, token=False, parameters=("id", "signature")
    ),
    ("post", "/v1/search"): Operation("Conversations that have these words.", _json("Found"), search.Query),
    ("post", "/v1/history"): Operation("A contact's conversations (agents).", _json("Rows"), search.OfContact),
    ("post", "/v1/contacts"): Operation("Contacts by name (agents).", _json("Contacts"), search.Query),
    ("post", "/v1/transcript"): Operation("A conversation as its reader saw it.", _TEXT_PLAIN, search.OfConversation),
    ("post", "/v1/call/code"): Operation(
        "An address that carries one's part of a call elsewhere.", _json("CallAddress"), carrying.Wanted
    ),
    ("post", "/v1/call/token"): Operation(
        "Exchange its code, once; or renew what it was exchanged for.",
        _json("PartToken"),
        carrying.Shown,
        token=None,
        optional_body=True,
    ),
    ("post", "/v1/check"): Operation(
        "The ways there are to be tried.", _json("Ways"), token=None, refusals=(401, 403, *_MAY_BE_BUSY)
    ),
    ("post", "/v1/echo"): Operation(
        "One's own voice and picture, for half a minute.",
        _json("Echo"),
        check.Offered,
        token=None,
        refusals=(401, 403, *_MAY_BE_BUSY),
    ),
    ("get", "/healthz"): Operation("Whether the process is alive.", _TEXT_PLAIN, token=False, refusals=(500,)),
    ("get", "/readyz"): Operation(
        "Whether it can serve.", _json("Ready"), token=False, refusals=(500,), more={503: _json("Ready")}
    ),
}


def described() -> dict[str, Any]:
    """Return the whole description."""
    kinds = [one.body for one in OPERATIONS.values() if isinstance(one.body, type)]
    bodies, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    named = dict(zip(kinds, bodies, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), one in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _operation(method, path, one, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Curbside over HTTPS",
            "version": "1",
            "description": "What protocol.md says in words. The socket, and the frames within, are described there.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_ANSWERS, **{name: _plain(one) for name, one in components.items()}},
        },
    }


def _operation(method: str, path: str, one: Operation, named: Mapping[type, Schema]) -> dict[str, Any]:
    error = {"description": "Not done: a stable code, and words for a person.", "content": _json("Error")}
    done: dict[str, Any] = {"description": "Done.", **({"content": one.answers} if one.answers else {})}
    described: dict[str, Any] = {
        "operationId": "_".join([method, *(part.strip("{}") for part in path.split("/") if part)]),
        "summary": one.does,
        "security": [{"token": []}] if one.token else [{}] if one.token is False else [{"token": []}, {}],
        "responses": {
            str(one.status): done,
            **{str(status): error for status in sorted({*one.refusals})},
            **{str(status): {"description": "Not now.", "content": content} for status, content in one.more.items()},
        },
    }
    if one.parameters:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": TEXT} for name in one.parameters
        ]
    if one.body is not None:
        content = {"application/json": {"schema": named[one.body]}} if isinstance(one.body, type) else one.body
        described["requestBody"] = {"required": not one.optional_body, "content": content}
    return described


def _plain(schema: Any) -> Any:
    """Return a schema in the words of JSON Schema: an end is written otherwise in Python's expressions."""
    if isinstance(schema, dict):
        return {name: _plain(value) for name, value in schema.items() if name != "title"}
    if isinstance(schema, list):
        return [_plain(value) for value in schema]
    return schema.replace("\\Z", "$") if isinstance(schema, str) else schema


def written() -> str:
    """Return the description as it stands in docs/."""
    return json.dumps(described(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    WRITTEN.write_text(written())
