"""The schema's history. `upgrade` brings a database to the newest version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version, in one transaction where the database can."""
    with engine.connect() as connection, connection.begin():
        command.upgrade(config(connection), "head")


def config(connection: object) -> Config:
    """Describe the migrations to Alembic, over a connection that the caller opened."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings
