"""The schema's history. `upgrade` brings a database to the newest version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from curbside.store.scope import EVERY_TENANT, enter

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version, in one transaction where the database can."""
    with engine.connect() as connection, connection.begin():
        if not is_newest(connection):
            # Loaded only when there is something to do: it is a fifth of a second of every start.
            from alembic import command

            enter(connection, EVERY_TENANT)
            command.upgrade(config(connection), "head")


def is_newest(connection: Connection) -> bool:
    """Tell whether the newest migration has been applied; each file's name begins with its number."""
    if not has_begun(connection):
        return False
    applied = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    newest = max(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*_*.py"))
    return applied == newest


def has_begun(connection: Connection) -> bool:
    """Tell whether any migration has been applied."""
    return inspect(connection).has_table("alembic_version")


def let_each_see_their_own(connection: Connection) -> None:
    """Give every table that has a tenant, and the tenants' own, the policy that `store.scope` speaks of (PostgreSQL).

    A migration that adds a table calls this at its end; a test finds the table that it forgot.
    """
    if connection.dialect.name != "postgresql":
        return
    setting = "current_setting('curbside.tenant', true)"
    for table in inspect(connection).get_table_names():
        columns = {each["name"] for each in inspect(connection).get_columns(table)}
        own = "id" if table == "tenant" else "tenant"
        if own not in columns:
            continue
        condition = f"{own} = {setting} OR {setting} = '{EVERY_TENANT}'"
        connection.execute(text(f'DROP POLICY IF EXISTS own_rows ON "{table}"'))
        connection.execute(text(f'CREATE POLICY own_rows ON "{table}" USING ({condition})'))
        # Forced: whoever owns the tables, as the application does, would not be held to it.
        connection.execute(text(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'))


def config(connection: object) -> Config:
    """Describe the migrations to Alembic, over a connection that the caller opened."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(_HERE))
    settings.attributes["connection"] = connection
    return settings
