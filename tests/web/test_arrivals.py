"""Before anybody is known an address may do much, but not everything; what is refused says when to come back."""

from __future__ import annotations

import httpx
import pytest

from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.web.arrivals import Arrivals
from curbside.web.limits import Buckets
from tests.serving import PASSWORD, browser, log_in


def refused(arrivals: Arrivals, address: str) -> str:
    try:
        arrivals.let_in(address)
    except Refused as refused:
        assert refused.retry and refused.after_ms
        return refused.code
    return ""


def test_silent_sockets_are_counted_by_address_and_in_all() -> None:
    arrivals = Arrivals(each=2, most=3)
    assert [refused(arrivals, "a") for _ in range(3)] == ["", "", "busy"]
    assert [refused(arrivals, each) for each in ("b", "c")] == ["", "busy"]
    arrivals.let_go("a")
    assert refused(arrivals, "c") == ""


def test_an_address_that_comes_and_goes_too_fast_is_told_so() -> None:
    arrivals = Arrivals(door=Buckets(rate=1, burst=2, clock=lambda: 0.0))
    found = []
    for _ in range(3):
        found.append(refused(arrivals, "a"))
        if not found[-1]:
            arrivals.let_go("a")
    assert found == ["", "", "too_fast"] and refused(arrivals, "b") == ""


def test_who_has_gone_is_forgotten() -> None:
    arrivals = Arrivals()
    arrivals.let_in("a")
    arrivals.let_go("a")
    assert not arrivals._silent


@pytest.mark.parametrize(
    ("method", "path", "burst"),
    [("POST", "/v1/stream", 5_000), ("POST", "/v1/frame", 10_000), ("GET", "/panel", 5_000)],
)
async def test_each_door_has_an_end_by_address(
    curbside: Application, monkeypatch: pytest.MonkeyPatch, method: str, path: str, burst: int
) -> None:
    """Generous, because a hospital is one address: thousands at once, and another address has its own."""
    spend(monkeypatch, burst - 1)
    async with browser(curbside, "10.6.6.6") as client:
        assert (await client.request(method, path)).status_code in (400, 401, 404)
        over = await client.request(method, path)
    assert over.status_code == 429 and int(over.headers["retry-after"]) >= 1
    async with browser(curbside, "10.0.0.1") as other:
        assert (await other.request(method, path)).status_code != 429


def spend(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Let every address have used up so many of every bucket, at a moment that does not pass."""
    take = Buckets.take
    spent: set[tuple[int, str]] = set()

    def first_many(self: Buckets, key: str) -> None:
        if (id(self), key) not in spent and key == "10.6.6.6":
            spent.add((id(self), key))
            self._clock = lambda: 0.0
            self._full_at[key] = min(many, self._burst) / self._rate
        take(self, key)

    monkeypatch.setattr(Buckets, "take", first_many)


async def guess(client: httpx.AsyncClient, email: str) -> httpx.Response:
    return await client.post("/desk/login", data={"email": email, "password": "wrong"})


async def test_guesses_from_one_address_stop_before_the_database_and_known_browsers_still_get_in(
    curbside: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browser(curbside, "10.6.6.6") as owner, browser(curbside, "10.6.6.6") as guesser:
        assert (await log_in(owner)).status_code == 303
        spend(monkeypatch, 299)
        assert (await guess(guesser, "a@x.example")).status_code == 401
        asked: list[object] = []
        monkeypatch.setattr(curbside.logins, "password", lambda *given: asked.append(given))
        over = await guess(guesser, "b@x.example")
        assert (over.status_code, asked) == (429, []) and int(over.headers["retry-after"]) >= 1
        monkeypatch.undo()
        spend(monkeypatch, 300)
        known = await owner.post("/desk/login", data={"email": "ann@northwind.example", "password": PASSWORD})
        assert known.status_code == 303
