"""Bad input in every form of the settings: a page that says so, nothing changed, and never an error of ours."""

from __future__ import annotations

from typing import Any

import pytest

from curbside.app import Application
from curbside.web.setting_acts import ACTS
from tests.attacks import forms
from tests.attacks.scene import Place, office

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


async def post(place: Place, act: tuple[str, str], form: dict[str, Any]) -> tuple[int, str]:
    """Send a form as the administrator; return the status and the page."""
    async with place.browser("ada") as client:
        answer = await client.post(f"/desk/settings/{act[0]}/{act[1]}", data=form)
    return answer.status_code, answer.text


@pytest.mark.parametrize("act", ACTS, ids="/".join)
async def test_garbage_is_refused_or_kept_as_it_is(curbside: Application, act: tuple[str, str]) -> None:
    place = await office(curbside)
    await _a_form_of_nothing_but_garbage_changes_nothing(place, act)
    await _garbage_in_any_field_is_refused_or_kept_as_it_is(place, act)


async def _a_form_of_nothing_but_garbage_changes_nothing(place: Place, act: tuple[str, str]) -> None:
    before = await place.state(without=NOT_CHANGES)
    for what in ("a long text", "zero") if act == ONLY_A_NAME else ("a long text", "zero", "markup", "huge"):
        status, page = await post(place, act, dict.fromkeys([*forms.RIGHT[act], "id"], GARBAGE[what]))
        # What is not there is as good as taken away: that is no error.
        assert status == 422 or (status == 303 and "remove" in act[1]), (act, what, status)
        assert status == 303 or 'role="alert"' in page
    status, _ = await post(place, act, {})
    assert status in (303, 422), (act, status)
    assert await place.state(without=NOT_CHANGES) == before


async def _garbage_in_any_field_is_refused_or_kept_as_it_is(place: Place, act: tuple[str, str]) -> None:
    before = await place.state(without=NOT_CHANGES)
    for field in forms.RIGHT[act]:
        for what, value in GARBAGE.items():
            status, page = await post(place, act, {**forms.RIGHT[act], field: value})
            after = await place.state(without=NOT_CHANGES)
            where = (act, field, what, status)
            assert status in (200, 303, 422), where
            assert status != 422 or ('role="alert"' in page and after == before), where
            assert "<script>ran()" not in page, where
            before = after
