"""Bad input in every form of the settings: a page that says so, nothing changed, and never an error of ours."""

from __future__ import annotations

from typing import Any

import pytest

from curbside.web.setting_acts import ACTS
from tests.attacks import forms
from tests.attacks.scene import Scene

LONG = "x" * 20_000
GARBAGE: dict[str, Any] = {
    "nothing": "",
    "a long text": LONG,
    "zero": "\x00",
    "control": "a\x1b[31m\r\nSet-Cookie: a=b",
    "a half surrogate": "\\ud800",
    "markup": "<script>ran()</script>",
    "a path": "../../etc/passwd",
    "a negative": "-1",
    "huge": "9" * 40,
    "another script's digit": "٣",
    "json": '{"a": [1]}',
}


NOT_CHANGES = frozenset({"login"})
ONLY_A_NAME = ("teams", "save_partner")  # which may be odd


async def post(scene: Scene, act: tuple[str, str], form: dict[str, Any]) -> tuple[int, str]:
    """Send a form as the administrator; return the status and the page."""
    async with scene.browser("ada") as client:
        answer = await client.post(f"/desk/settings/{act[0]}/{act[1]}", data=form)
    return answer.status_code, answer.text


@pytest.mark.parametrize("act", ACTS, ids="/".join)
async def test_garbage_in_any_field_is_refused_or_kept_as_it_is(scene: Scene, act: tuple[str, str]) -> None:
    before = await scene.state(without=NOT_CHANGES)
    for field in forms.RIGHT[act]:
        for what, value in GARBAGE.items():
            status, page = await post(scene, act, {**forms.RIGHT[act], field: value})
            after = await scene.state(without=NOT_CHANGES)
            where = (act, field, what, status)
            assert status in (200, 303, 422), where
            assert status != 422 or ('role="alert"' in page and after == before), where
            assert "<script>ran()" not in page, where
            before = after


@pytest.mark.parametrize("act", ACTS, ids="/".join)
async def test_a_form_of_nothing_but_garbage_changes_nothing(scene: Scene, act: tuple[str, str]) -> None:
    before = await scene.state(without=NOT_CHANGES)
    for what in ("a long text", "zero") if act == ONLY_A_NAME else ("a long text", "zero", "markup", "huge"):
        status, page = await post(scene, act, dict.fromkeys([*forms.RIGHT[act], "id"], GARBAGE[what]))
        # What is not there is as good as taken away: that is no error.
        assert status == 422 or (status == 303 and "remove" in act[1]), (act, what, status)
        assert status == 303 or 'role="alert"' in page
    status, _ = await post(scene, act, {})
    assert status in (303, 422), (act, status)
    assert await scene.state(without=NOT_CHANGES) == before
