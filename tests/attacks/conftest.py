"""The whole application, as the web's tests have it."""

from tests.web.conftest import curbside, settled_sqlite

__all__ = ["curbside", "settled_sqlite"]
