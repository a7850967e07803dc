"""The whole application, as the web's tests have it, and a conversation that is nobody else's business."""

from collections.abc import AsyncIterator

import pytest

from curbside.app import Application
from tests.attacks.listening import listening
from tests.attacks.scene import Scene, make
from tests.web.conftest import curbside

__all__ = ["curbside", "listening"]


@pytest.fixture
async def scene(curbside: Application) -> AsyncIterator[Scene]:
    made = await make(curbside)
    yield made
    made.owner.carrier.left()
    made.sue.carrier.left()
