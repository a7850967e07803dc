"""The description of the HTTP endpoints is what the code says, and leaves none out."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr
from starlette.routing import Route

from curbside.app import build
from curbside.config import Settings
from curbside.web.reading import STATUS
from scripts import openapi
from tests.serving import ROOT_KEY

# For whoever runs it, in a format of its own, to whoever holds its token.
_OTHERWISE = {"/metrics"}


def test_the_description_in_docs_is_the_one_of_this_code() -> None:
    assert openapi.WRITTEN.read_text() == openapi.written(), "python -m scripts.openapi writes it"


def test_every_endpoint_is_described_with_its_method_and_no_other(sqlite_url: str, tmp_path: Path) -> None:
    application = build(Settings(database=sqlite_url, data=tmp_path, root_key=SecretStr(ROOT_KEY)))
    served = {
        (method.lower(), route.path)
        for route in application.asgi.routes
        if isinstance(route, Route) and re.match(r"/(v1/|healthz|readyz|metrics)", route.path)
        for method in (route.methods or set()) - {"HEAD"}
        if route.path not in _OTHERWISE
    }
    assert {*openapi.OPERATIONS} == served
    application.floor.installation.db.writer.engine.dispose()
    application.floor.installation.db._reader.dispose()


def test_every_status_that_a_code_has_is_told_of_somewhere() -> None:
    told = {status for one in openapi.OPERATIONS.values() for status in one.refusals}
    assert {*STATUS.values()} <= told
