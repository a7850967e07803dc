"""What whoever holds a part of a call could try beyond it: a panel's keys, staying on, and one given out too late."""

from __future__ import annotations

import pytest

from tests.attacks.wire import Wire, contact_token
from tests.serving import code
from tests.web.elsewhere import Elsewhere, bearer


async def test_a_part_does_not_get_the_key_of_what_a_panel_keeps_by_naming_its_device(elsewhere: Elsewhere) -> None:
    application = elsewhere.dialled.application
    part = await elsewhere.part("phone")
    keys = []
    for token in (elsewhere.dialled.dana.token, part["token"], part["token"]):
        wire = Wire(application, token)  # each names the same device
        keys.append((await wire.welcomed())["vault"])
        wire.carrier.left()
    panel, phone, again = keys
    assert phone == again != panel  # and a phone that was asleep opens its own


async def test_a_part_ends_a_minute_after_its_call(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled = elsewhere.dialled
    part = await elsewhere.part("phone")
    phone = Wire(dialled.application, part["token"])
    await phone.welcomed()
    await dialled.act(dialled.dana, "leave")
    db = dialled.application.floor.installation.db
    now = db.clock
    ping = {"type": "ping", "at": 0}
    for passed, goes_on in ((50_000, True), (70_000, False)):
        monkeypatch.setattr(db, "clock", lambda passed=passed: now() + passed)
        said = await elsewhere.client.post("/v1/frame", json=ping, headers=bearer(part["token"]))
        assert (said.json()["type"] == "heads") if goes_on else (code(said) == "ended"), said.text
        assert phone.carrier.connection.standing.is_over(now() + passed) is not goes_on
        panel = await elsewhere.client.post("/v1/frame", json=ping, headers=bearer(dialled.dana.token))
        assert panel.json()["type"] == "heads"
    assert not dialled.dana.carrier.connection.standing.is_over(now() + 70_000)
    phone.carrier.left()


async def test_a_part_given_out_while_its_log_in_ended_is_worth_nothing(elsewhere: Elsewhere) -> None:
    """Two nodes and one moment: the part is written after the other node ended what stood there."""
    dialled = elsewhere.dialled
    other = Wire(dialled.application, await contact_token(elsewhere.client, sid="another workstation"))
    await dialled.here(other)  # so that the call goes on
    part = await elsewhere.part("phone")
    assert (await elsewhere.renew(part["token"])).status_code == 200
    await elsewhere.client.post("/v1/logout", json={"why": "idle"}, headers=bearer(dialled.dana.token))
    await elsewhere.set_token(ended_at=None)
    said = await elsewhere.client.post("/v1/frame", json={"type": "ping", "at": 0}, headers=bearer(part["token"]))
    assert code(said) == "ended", said.text
    other.carrier.left()


@pytest.mark.parametrize(
    ("opened_by", "joins"),
    [("same-origin", True), ("same-site", False), ("cross-site", False), ("none", False), ("", False)],
)
async def test_only_a_window_that_our_panel_opened_joins_without_a_click(
    elsewhere: Elsewhere, opened_by: str, joins: bool
) -> None:
    page = await elsewhere.client.get("/call", headers={"Sec-Fetch-Site": opened_by} if opened_by else {})
    assert page.status_code == 200 and ('{"joins":true}' in page.text) is joins
    assert ('{"joins":false}' in page.text) is not joins
