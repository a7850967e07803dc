"""The migrations lead to the schema that the tables describe."""

from alembic import command

from curbside.store.engines import memory
from curbside.store.migrations import config, upgrade


def test_a_migrated_database_is_what_the_tables_say() -> None:
    engine = memory()
    upgrade(engine)
    with engine.connect() as connection, connection.begin():
        command.check(config(connection))


def test_a_second_upgrade_changes_nothing() -> None:
    engine = memory()
    upgrade(engine)
    upgrade(engine)
