"""Files and finding over HTTP: what a request must look like, and what an answer must say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert
from starlette.applications import Starlette

from curbside.actions.directory import Directory
from curbside.actions.files import Files
from curbside.actions.identity import digest
from curbside.actions.installation import Installation
from curbside.actions.search import Search
from curbside.domain.files import BYTES_MAX
from curbside.domain.people import Contact
from curbside.store import tables
from curbside.store.filestore import FileStore
from curbside.store.scope import EVERY_TENANT
from curbside.web.files import FileRoutes
from curbside.web.search import SearchRoutes
from tests import builders, samples

TOKEN = "t" * 43


@dataclass
class Story:
    client: httpx.AsyncClient
    dana: Contact
    talk: str

    async def add(self, name: str, content: bytes) -> httpx.Response:
        return await self.client.post("/v1/files", data={"conversation": self.talk}, files={"file": (name, content)})

    async def fetched(self, name: str, content: bytes) -> httpx.Response:
        id = (await self.add(name, content)).json()["id"]
        link = await self.client.post(f"/v1/files/{id}/link")
        assert link.json()["expires_in"] == 60
        return await self.client.get(link.json()["url"], headers={"Authorization": ""})


@pytest.fixture
async def story(installation: Installation, tmp_path: Path) -> AsyncIterator[Story]:
    directory = Directory(installation)
    await directory.start()
    files = Files(installation, directory, FileStore(tmp_path / "files"))
    search = Search(installation, directory)
    routes = [
        *FileRoutes(installation, directory, files).routes,
        *SearchRoutes(installation, directory, search).routes,
    ]
    dana = await builders.contact(installation)
    talk = await builders.conversation(installation, dana, reference="K7-204")
    now = installation.db.clock()
    later = now + 900_000
    token = insert(builders.table(tables.people.Token)).values(
        tenant=dana.tenant,
        id=digest(TOKEN),
        kind="contact",
        person=dana.id,
        grounds="g",
        device="d",
        iss="https://ehr.example",
        issued_at=now,
        expires_at=later,
        limit_at=later,
    )
    await installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(token) and None)
    transport = httpx.ASGITransport(Starlette(routes=routes))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://curbside.example", headers=headers) as client:
        yield Story(client, dana, talk.id)


async def test_a_file_goes_in_and_comes_out_by_a_link_that_needs_no_token(story: Story) -> None:
    added = await story.add("Übersicht.txt", b"ORA-01017")
    assert added.status_code == 201
    assert {name: added.json()[name] for name in ("name", "mime", "size", "width")} == {
        "name": "Übersicht.txt",
        "mime": "text/plain",
        "size": 9,
        "width": None,
    }
    fetched = await story.fetched("Übersicht.txt", b"ORA-01017")
    assert fetched.content == b"ORA-01017"
    assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%9Cbersicht.txt"


@pytest.mark.parametrize(
    ("content", "disposition"), [(samples.image("PNG"), "inline"), (b"a,b", "attachment"), (samples.PDF, "attachment")]
)
async def test_what_comes_out_can_be_looked_at_or_kept_but_never_run(
    story: Story, content: bytes, disposition: str
) -> None:
    headers = (await story.fetched("x", content)).headers
    assert headers["content-disposition"].startswith(f"{disposition};")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-type"].partition(";")[0] in ("image/png", "text/plain", "application/pdf")


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Authorization": ""}, "bad_token"), ({"Authorization": "Bearer wrong"}, "bad_token")],
)
async def test_nobody_in_particular_gets_nothing(story: Story, headers: dict[str, str], code: str) -> None:
    for path in ("/v1/files", "/v1/files/x/link", "/v1/search", "/v1/history", "/v1/contacts", "/v1/transcript"):
        answer = await story.client.post(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)


async def test_a_file_that_is_too_large_is_refused_before_it_is_read_to_its_end(story: Story) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield (
            b'--b\r\nContent-Disposition: form-data; name="conversation"\r\n\r\n' + story.talk.encode() + b"\r\n"
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        )
        while read < 4 * BYTES_MAX:
            read += 65536
            yield b"a" * 65536

    answer = await story.client.post(
        "/v1/files", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "file_too_large")
    assert read <= BYTES_MAX + 3 * 65536


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--b--',
        ),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\na\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"A" * 5000 + b": b\r\n\r\n"),
    ],
)
async def test_a_misshapen_form_is_refused(story: Story, kind: str, content: bytes) -> None:
    answer = await story.client.post("/v1/files", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_file")


async def test_a_file_for_somebody_elses_conversation_is_refused(installation: Installation, story: Story) -> None:
    eve = await builders.contact(installation, "Eve")
    talk = await builders.conversation(installation, eve)
    answer = await story.client.post("/v1/files", data={"conversation": talk.id}, files={"file": ("a", b"a")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_finding_and_transcripts_answer_in_their_form(story: Story) -> None:
    assert (await story.client.post("/v1/search", json={"q": "nothing here"})).json() == {"results": []}
    refused = await story.client.post("/v1/contacts", json={"q": "dana"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    text = await story.client.post("/v1/transcript", json={"conversation": story.talk})
    assert text.headers["content-disposition"] == 'attachment; filename="K7-204.txt"'
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "K7-204" in text.text
    for body in (b"", b"[]", b'{"q": 7}', b'{"q": "' + b"a" * 300 + b'"}', b"\xff"):
        bad = await story.client.post("/v1/search", content=body)
        assert (bad.status_code, bad.json()["error"]["code"]) == (400, "bad_frame")
