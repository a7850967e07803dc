"""What agents are told of each other: a partner's of their own people and their teams', and of nobody else."""

from __future__ import annotations

import pytest

from tests.attacks.scene import Scene
from tests.attacks.wire import Wire, agent_token


@pytest.mark.parametrize("who", ["other-partner", "ann"])
async def test_a_partner_hears_no_name_and_no_state_of_people_elsewhere(scene: Scene, who: str) -> None:
    wire = Wire(scene.application, await agent_token(scene.application, who))
    listed = {one["name"] for one in (await wire.welcomed())["snapshot"]["agents"]}
    ann = Wire(scene.application, await agent_token(scene.application, "ann"))
    assert (await ann.act("state", None, state="break"))["type"] == "ok"
    await scene.application.floor.directory.refresh("northwind")
    told: set[str] = set()
    for frame in await wire.hear(0.3):
        told |= set(frame.get("agents", ()))
    directory = scene.application.floor.directory
    names = {directory.agent_name("northwind", id) for id in told}
    if who == "ann":
        assert listed == names >= {"Ann", "Sue", "Ada", "other-partner"}
    else:
        assert listed == names == {"other-partner"}
    for each in (wire, ann):
        each.carrier.left()
