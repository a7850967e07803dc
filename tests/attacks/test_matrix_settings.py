"""Every form and page of the settings, tried by whoever is no administrator here."""

from __future__ import annotations

import pytest

from curbside.web.setting_views import VIEWS
from tests.attacks import forms
from tests.attacks.scene import OUTSIDERS, REPLY, Scene
from tests.attacks.trying import sends_every_form


async def test_no_form_of_the_settings_works_for_who_is_no_administrator_here(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for outsider in (*OUTSIDERS, "dana", "sue"):
        with subtests.test(outsider):
            await sends_every_form(scene, outsider)


async def test_an_administrator_does_the_same_and_it_is_done(scene: Scene) -> None:
    for (section, verb), form in forms.RIGHT.items():
        before = await scene.state(without=frozenset())
        async with scene.browser("ada") as client:
            answer = await client.post(f"/desk/settings/{section}/{verb}", data=form)
        assert answer.status_code in (200, 303), (section, verb, answer.text)
        assert await scene.state(without=frozenset()) != before, (section, verb)


async def test_no_page_of_the_settings_opens_for_who_is_no_administrator_here(
    scene: Scene, subtests: pytest.Subtests
) -> None:
    for outsider in OUTSIDERS:
        async with scene.browser(outsider) as client:
            for section in VIEWS:
                with subtests.test(section, outsider=outsider):
                    answer = await client.get(f"/desk/settings/{section}")
                    assert answer.status_code in (303, 403) or outsider == "other tenant"
                    assert REPLY not in answer.text
