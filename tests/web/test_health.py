"""Alive, ready, figures; and what a request leaves in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from curbside.actions.installation import Installation
from curbside.commands import logs
from curbside.web.figures import Figures
from curbside.web.health import Health
from curbside.web.requests import Requests

SECRET = "patient-ann-smith"
TOKEN = "m-0123456789abcdef0123456789"
Ask = Callable[..., Any]


async def _fail(request: Request) -> Response:
    text = SECRET
    raise LookupError(text)


async def _file(request: Request) -> Response:
    return PlainTextResponse("here")


def _client(
    installation: Installation, token: str | None = None, host: str = "127.0.0.1", *, local: bool = True
) -> httpx.AsyncClient:
    figures = Figures()
    figures.watch("connections", "Open sockets.", lambda: 7)
    routes = [
        *Health(installation, figures, token, local=local).routes,
        Route("/fail", _fail),
        Route("/v1/files/{id}/{signature}", _file),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Requests, figures)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(host, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://curbside.example")


@pytest.fixture
async def client(installation: Installation) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(installation) as client:
        yield client


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Leave no logger behind that writes where this test's output went."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def lines() -> Callable[[], list[dict[str, Any]]]:
    """Log as in production, and read what was written."""
    import io

    out = io.StringIO()
    logs.configure("info")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out), cache_logger_on_first_use=False)
    return lambda: [json.loads(line) for line in out.getvalue().splitlines()]


async def test_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})


async def test_it_is_not_ready_once_the_database_cannot_be_written(
    installation: Installation, client: httpx.AsyncClient
) -> None:
    await installation.db.stop()
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False})
    assert (await client.get("/healthz")).status_code == 200


async def test_figures_are_counted_by_route(client: httpx.AsyncClient) -> None:
    await client.get(f"/v1/files/abc/{SECRET}")
    await client.get(f"/nowhere/{SECRET}")
    text = (await client.get("/metrics")).text
    assert 'curbside_requests_total{method="GET",route="/v1/files/{id}/{signature}",status="200"} 1.0' in text
    assert 'route="(none)",status="404"' in text
    assert "curbside_connections 7.0" in text
    assert SECRET not in text


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
async def test_without_a_token_figures_are_for_the_machine_itself(
    installation: Installation, host: str, headers: dict[str, str], status: int
) -> None:
    async with _client(installation, host=host) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_in_production_coming_from_the_machine_itself_proves_nothing(
    installation: Installation, host: str
) -> None:
    """A proxy on the same machine need not say that it is one: nginx adds no header by itself."""
    async with _client(installation, host=host, local=False) as client:
        assert (await client.get("/metrics")).status_code == 404
    async with _client(installation, host=host, token=TOKEN, local=False) as client:
        assert (await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 200


@pytest.mark.parametrize(("given", "status"), [(TOKEN, 200), (TOKEN[:-1], 404), (None, 404)])
async def test_with_a_token_figures_are_for_whoever_holds_it(
    installation: Installation, given: str | None, status: int
) -> None:
    async with _client(installation, token=TOKEN) as client:
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_a_request_is_one_line_with_its_id_and_nothing_of_its_content(
    client: httpx.AsyncClient, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = await client.get(f"/v1/files/abc/{SECRET}?q={SECRET}", headers={"X-Request-Id": SECRET})
    (line,) = lines()
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["route"], line["status"]) == ("/v1/files/{id}/{signature}", 200)
    assert SECRET not in json.dumps(line)


async def test_an_unforeseen_error_is_logged_by_kind_and_place_only(
    client: httpx.AsyncClient, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = await client.get("/fail")
    failed, request = lines()
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "unavailable"
    assert (failed["error"], failed["where"][-1].partition(":")[0]) == ("LookupError", "test_health.py")
    assert request["status"] == 500
    assert SECRET not in json.dumps([failed, request]) + answer.text


async def test_what_people_write_is_hidden_though_somebody_logs_it(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    structlog.get_logger().info("mistake", text=SECRET, token=SECRET, body=SECRET)
    assert SECRET not in json.dumps(lines())


def test_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    line = json.loads(capsys.readouterr().err)
    assert (line["error"], line["logger"]) == ("ValueError", "uvicorn.error")
    assert SECRET not in json.dumps(line)
