"""Each guard is needed: with it taken away, the attack that it keeps out succeeds.

A row names an attack, which a test shows to fail, and what is taken away. A guard that can go without the attack
succeeding is no guard, or the attack is none.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import true

from curbside.actions import files, lists, search, transcript
from curbside.actions.directory import Directory
from curbside.domain import deciding
from curbside.realtime import connection, feed
from curbside.web.settings import SettingsPages
from tests.attacks import trying
from tests.attacks.scene import Scene, revoke
from tests.attacks.wire import Wire

Attack = Callable[[Scene, pytest.LogCaptureFixture], Awaitable[None]]
Taken = Mapping[tuple[Any, str], Any]
NEAR = ("lower level",)  # the outsider whom one guard alone keeps out


def everybody(*_: Any) -> bool:
    return True


async def by_lists(scene: Scene, _: pytest.LogCaptureFixture) -> None:
    await trying.no_list_shows_the_conversation(scene, NEAR)


async def by_settings(scene: Scene, _: pytest.LogCaptureFixture) -> None:
    await trying.sends_every_form(scene, "sue")


async def by_a_revoked_agent(scene: Scene, _: pytest.LogCaptureFixture) -> None:
    await revoke(scene.application, "lower-level")
    wire = Wire(scene.application, scene.tokens["lower level"])
    try:
        assert (await wire.welcomed())["type"] == "bye"
    finally:
        wire.carrier.left()


async def any_agent(pages: Any, request: Any) -> Any:
    """Let in whoever is logged in at all."""
    return (await pages._logged_in(request)).agent


def any_colleague(directory: Any, tenant: str, id: str) -> Any:
    """Know an agent without asking whether they are still one."""
    return directory.agents(tenant)[0]


by_frames = partial(trying.no_frame_tells_or_changes_anything, outsiders=NEAR)
over_https = partial(trying.no_frame_over_https_does, outsiders=NEAR)
by_routes = partial(trying.no_route_tells_or_changes_anything, outsiders=NEAR)
HOUSE = {(search, "may_see"): everybody, (search, "visible"): lambda person: true()}
ROWS: dict[str, tuple[Attack, Taken]] = {
    "who reads": (by_frames, {(feed, "may_see"): everybody, (connection, "may_see"): everybody}),
    "who acts": (by_frames, {(deciding, "may_see"): everybody}),
    "who acts over https": (over_https, {(deciding, "may_see"): everybody}),
    "who lists": (by_lists, {(lists, "may_see"): everybody, (lists, "visible"): lambda agent: true()}),
    "who finds": (by_routes, HOUSE),
    "who fetches a file": (by_routes, {(files, "may_see"): everybody}),
    "who keeps a transcript": (by_routes, {(transcript, "may_see"): everybody}),
    "whose link": (by_routes, {(hmac, "compare_digest"): everybody}),
    "who administers": (by_settings, {(SettingsPages, "_administrator"): any_agent}),
    "who was revoked": (by_a_revoked_agent, {(Directory, "agent"): any_colleague}),
}


@pytest.mark.parametrize("name", ROWS)
async def test_without_its_guard_an_attack_succeeds(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    attack, taken = ROWS[name]
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        await attack(scene, caplog)
