"""The guards of pages, log-ins and names, each taken away once: what it keeps out then comes in."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from curbside.actions import files as file_actions
from curbside.actions import login as logins
from curbside.app import Application
from curbside.store import filestore
from curbside.store import login as attempts
from curbside.web import files
from curbside.web.assets import Assets
from curbside.web.desk import Desk
from curbside.web.limits import Buckets
from tests.attacks.wire import Wire, contact_token
from tests.builders import new_id
from tests.serving import PASSWORD, browser, log_in, running

Taken = Mapping[tuple[Any, str], Any]
EVIL = "https://evil.example/"
PLANTED = "p" * 43


async def guesses_a_password(curbside: Application) -> None:
    async with browser(curbside, "10.6.6.6") as guesser:
        for _ in range(8):
            wrong = {"email": "ann@northwind.example", "password": "not this one"}
            await guesser.post("/desk/login", data=wrong)
        assert (await log_in(guesser)).status_code == 429


async def plants_a_session(curbside: Application) -> None:
    async with browser(curbside) as victim, browser(curbside, "10.6.6.6") as attacker:
        for each in (victim, attacker):
            each.cookies.set("curbside", PLANTED, domain="127.0.0.1", path="/")
        assert (await log_in(victim)).status_code == 303
        assert (await attacker.get("/desk")).headers.get("location") == "/desk/login"


async def leads_elsewhere(curbside: Application) -> None:
    async with browser(curbside) as client:
        data = {"email": "ann@northwind.example", "password": PASSWORD, "next": EVIL}
        answer = await client.post(f"/desk/login?next={EVIL}", data=data)
    assert answer.headers["location"] == "/desk"


async def obeys(pages: Any, request: Request) -> Response:
    """Log in, and go on to wherever the address says."""
    answer: Response = await LOGIN(pages, request)
    answer.headers["location"] = request.query_params.get("next", "/desk")
    return answer


LOGIN = Desk.login


async def floods_identify(curbside: Application) -> None:
    async with browser(curbside, "10.6.6.6") as client:
        statuses = [(await client.post("/v1/identify", content=b"{}")).status_code for _ in range(340)]
    assert statuses[-1] == 429


async def writes_into_a_header(curbside: Application) -> None:
    """Name a file so that its name ends what it stands in, and goes on with a name of its own."""
    async with browser(curbside) as client:
        token = await contact_token(client)
        wire, talk = Wire(curbside, token), new_id()
        await wire.act("start", talk)
        client.headers["Authorization"] = f"Bearer {token}"
        named = {"file": ("a; filename=setup.exe; b.txt", b"text")}
        put = await client.post("/v1/files", data={"conversation": talk}, files=named)
        link = await client.post(f"/v1/files/{put.json()['id']}/link")
        answer = await client.get(link.json()["url"])
        wire.carrier.left()
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w.%~-]+", answer.headers["content-disposition"])


async def asks_for_what_is_beside(curbside: Application) -> None:
    async with browser(curbside) as client:
        assert (await client.get("/static/built/manifest.json")).status_code == 404
        assert (await client.get("/static/built/..%2F..%2Fconfig.py")).status_code == 404


async def whatever_is_there(assets: Any, request: Request) -> Response:
    return FileResponse(assets._static / "built" / request.path_params["name"])


async def climbs_out_of_the_files(_: Application) -> None:
    with tempfile.TemporaryDirectory() as around:
        (Path(around) / "secret").write_text("secret")
        (Path(around) / "data").mkdir()
        try:
            found = filestore.FileStore(Path(around) / "data" / "files").get("../secret")
        except ValueError:
            return
    assert found is None


ROWS: dict[str, tuple[Callable[[Application], Awaitable[None]], Taken]] = {
    "a password is guessed": (guesses_a_password, {(attempts, "wait"): lambda *_: 0}),
    "a session is planted": (plants_a_session, {(logins, "new_secret"): lambda: PLANTED}),
    "a log-in leads elsewhere": (leads_elsewhere, {(Desk, "login"): obeys}),
    "an address floods": (floods_identify, {(Buckets, "take"): lambda *_: None}),
    "a name writes into a header": (
        writes_into_a_header,
        {(files, "quote"): lambda name, safe: name, (file_actions, "safe_name"): lambda name, kind: name},
    ),
    "what lies beside": (asks_for_what_is_beside, {(Assets, "built"): whatever_is_there}),
    "a path climbs": (climbs_out_of_the_files, {(filestore, "_ID"): re.compile(".*")}),
}


@pytest.mark.parametrize("name", ROWS)
async def test_with_its_guard_it_fails_and_without_succeeds(
    settled_sqlite_url: str, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack, taken = ROWS[name]
    async with fresh(settled_sqlite_url, tmp_path / "guarded") as curbside:
        await attack(curbside)
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    async with fresh(settled_sqlite_url, tmp_path / "open") as curbside:
        with pytest.raises(AssertionError):
            await attack(curbside)


@asynccontextmanager
async def fresh(settled: str, folder: Path) -> AsyncIterator[Application]:
    """The application as it is built now: with a guard, or without."""
    folder.mkdir()
    path = folder / "curbside.db"
    shutil.copyfile(settled.removeprefix("sqlite:///"), path)
    path.chmod(0o600)
    async with running(f"sqlite:///{path}", folder) as application:
        yield application
