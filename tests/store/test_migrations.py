"""The migrations lead to the schema that the tables describe."""

from alembic import command
from sqlalchemy import text

from curbside.store.engines import memory
from curbside.store.migrations import config, is_newest, upgrade


def test_a_migrated_database_is_what_the_tables_say() -> None:
    engine = memory()
    upgrade(engine)
    with engine.connect() as connection, connection.begin():
        command.check(config(connection))


def test_only_an_older_database_is_touched() -> None:
    engine = memory()
    with engine.connect() as connection, connection.begin():
        assert not is_newest(connection)
    upgrade(engine)
    with engine.connect() as connection, connection.begin():
        assert is_newest(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        assert not is_newest(connection)
