"""What the desk asks by itself, and one-time links, have an end for each address, before the database hears of it."""

from __future__ import annotations

import re

import httpx
import pytest

from curbside.app import Application
from curbside.web.limits import Buckets
from tests.serving import browser, code, log_in


@pytest.fixture
def hundredfold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each request count for a hundred, at a time that stands still: however slow this machine is."""
    take = Buckets.take

    def take_a_hundred(buckets: Buckets, key: str) -> None:
        buckets._clock = lambda: 0.0
        for _ in range(100):
            take(buckets, key)

    monkeypatch.setattr(Buckets, "take", take_a_hundred)


@pytest.mark.usefixtures("hundredfold")
@pytest.mark.parametrize("path", ["/desk/token", "/desk/here"])
async def test_who_asks_without_end_is_told_when_to_come_back_and_nobody_else_is(
    curbside: Application, path: str
) -> None:
    async with browser(curbside) as flood, browser(curbside, "10.0.0.2") as other:
        assert (await log_in(other)).headers["location"] == "/desk"
        answers = [await flood.post(path) for _ in range(11)]
        assert [code(answer) for answer in answers] == ["ended"] * 10 + ["too_fast"]
        assert int(answers[-1].headers["Retry-After"]) >= 1 and answers[-1].status_code == 429
        assert (await other.post(path)).status_code in (200, 204)


async def test_one_time_links_are_not_guessed_for_long(curbside: Application) -> None:
    async with browser(curbside) as flood, browser(curbside, "10.0.0.2") as other:

        async def follow(client: httpx.AsyncClient) -> httpx.Response:
            return await client.post("/desk/password", data={"code": "x" * 43, "password": "p", "again": "p"})

        statuses = [(await follow(flood)).status_code for _ in range(70)]
        assert set(statuses[:60]) == {410} and statuses[-1] == 429
        shown = await follow(flood)
        assert shown.headers["Retry-After"] and re.search(r"try again|attempts", shown.text, re.IGNORECASE)
        assert (await follow(other)).status_code == 410
