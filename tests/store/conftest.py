"""A ground on each of the two databases, for tests that need no event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from curbside.store.engines import engines
from tests.ground import Ground


@pytest.fixture
def ground(database_url: str, clock: Callable[[], int]) -> Iterator[Ground]:
    """Two tenants on a database of this test alone."""
    writer, reader = engines(database_url)
    yield Ground(writer, reader, clock)
    reader.dispose()
    writer.dispose()
