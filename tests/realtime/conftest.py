"""The whole application, as the web's tests have it."""

from tests.web.conftest import curbside

__all__ = ["curbside"]
