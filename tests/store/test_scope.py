"""A tenant's rows stay a tenant's, on PostgreSQL also where a WHERE was forgotten: the database holds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from curbside.domain.errors import Refused
from curbside.store import tables
from curbside.store.engines import engines
from curbside.store.scope import EVERY_TENANT, NO_TENANT, enter, is_exempt
from curbside.store.writer import Batched, Single, Transaction, Work
from tests import ground as make
from tests.builders import OTHER_TENANT, TENANT, table
from tests.databases import OnPostgres
from tests.ground import Ground
from tests.postgres import Postgres

pytestmark = pytest.mark.postgres
WITHOUT_A_TENANT = {"installation", "loginfailure"}
WIDER = "DROP POLICY own_rows ON conversation; CREATE POLICY own_rows ON conversation USING (true) WITH CHECK (true)"
SERVER = Path(__file__).parents[2] / "server" / "curbside"
# Who may reach across tenants, and nobody else: what runs for the installation, or does not know the tenant yet.
ACROSS = {
    "app.py",  # opening the installation
    "actions/agents.py",  # who is missing after a start
    "actions/calls.py",  # which calls run, after a start
    "actions/carrying.py",  # whose a code is
    "actions/cursors.py",  # many readers' in one transaction, entering each one's tenant
    "actions/directory.py",  # which tenants there are
    "actions/files.py",  # sweeping what was never sent
    "actions/identity.py",  # whose a token is; sweeping
    "actions/indexing.py",  # the search index follows everybody
    "actions/lists.py",  # the board, after a start and every 2 s
    "actions/login.py",  # whose an address or a cookie is; sweeping
    "actions/mail.py",  # the outbox
    "actions/passwords.py",  # whose a link is
    "actions/revocations.py",  # the list beside the database
    "actions/tenant.py",  # whether an issuer signs for somebody else
    "actions/timers.py",  # what is due
    "commands/backup.py",  # everything there is, out and in
    "store/backup.py",
    "store/migrations/__init__.py",
    "store/moving.py",
}


@pytest.fixture
def ground(on_postgres: OnPostgres, tmp_path: Path, clock: Callable[[], int]) -> Iterator[Ground]:
    writer, reader = engines(on_postgres.fresh("migrated", tmp_path))
    found = Ground(writer, reader, clock)
    for of in (TENANT, OTHER_TENANT):
        dana = found.contact(of=of)
        begun = make.start()
        found.perform(dana, begun)
        found.perform(dana, make.message(begun.conversation))
    yield found
    reader.dispose()
    writer.dispose()


def seen(ground: Ground, whose: str) -> dict[str, set[str]]:
    """Whose rows of every table somebody sees who forgets to say whose they want."""

    def read(connection: Connection) -> dict[str, set[str]]:
        return {name: set(connection.scalars(select(own))) for name, own in owned().items()}

    return make.at_once(ground.installation.db.read(whose, read))


def owned() -> dict[str, Any]:
    """Every table that has a tenant, and the column which says that."""
    found = {name: each.c.get("tenant") for name, each in SQLModel.metadata.tables.items()}
    found["tenant"] = SQLModel.metadata.tables["tenant"].c.id
    return {name: column for name, column in found.items() if column is not None}


def unprotected(connection: Connection) -> set[str]:
    query = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polcmd = '*' AND p.polwithcheck IS NULL
        WHERE n.nspname = 'public' AND c.relkind = 'r'
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND p.oid IS NOT NULL)"""
    return set(connection.scalars(text(query))) - {"alembic_version"}


def test_every_table_with_a_tenant_has_its_policy(ground: Ground) -> None:
    assert ground.read(unprotected) == WITHOUT_A_TENANT
    assert set(SQLModel.metadata.tables) - set(owned()) == WITHOUT_A_TENANT


def test_a_query_without_where_shows_nothing_of_another_tenant(ground: Ground) -> None:
    everything = seen(ground, EVERY_TENANT)
    full = {name for name, tenants in everything.items() if tenants}
    assert {"conversation", "event", "body", "bodysalt", "contact", "organization", "tenant", "team"} <= full
    assert all(everything[name] == {TENANT, OTHER_TENANT} for name in full)
    for mine in (TENANT, OTHER_TENANT):
        assert {name: tenants for name, tenants in seen(ground, mine).items() if tenants} == {n: {mine} for n in full}
    for nobody in (NO_TENANT, "elsewhere"):
        assert not any(seen(ground, nobody).values())


def test_without_having_entered_anywhere_nothing_is_seen(ground: Ground) -> None:
    with ground.writer.engine.connect() as connection:
        assert connection.execute(select(table(tables.tenant.Tenant))).all() == []


@pytest.mark.parametrize("breach", ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY", "policy"])
def test_a_table_that_lost_its_policy_is_found_out(ground: Ground, breach: str) -> None:
    talks = table(tables.conversation.Conversation)
    with ground.writer.engine.connect() as connection, connection.begin() as root:
        enter(connection, TENANT)
        assert set(connection.scalars(select(talks.c.tenant))) == {TENANT}
        connection.exec_driver_sql(WIDER if breach == "policy" else f"ALTER TABLE conversation {breach}")
        assert unprotected(connection) == {*WITHOUT_A_TENANT, "conversation"}
        assert set(connection.scalars(select(talks.c.tenant))) == {TENANT, OTHER_TENANT}
        root.rollback()


def test_nothing_of_another_tenant_can_be_written(ground: Ground) -> None:
    teams = table(tables.tenant.Team)
    row = {"id": "slipped-in", "name": "Slipped in", "level": 1, "partner": "house", "modules": "[]"}

    def add(of: str) -> Callable[[Transaction], Any]:
        return lambda transaction: transaction.connection.execute(insert(teams).values(tenant=of, **row)).rowcount

    def count(statement: Any) -> Any:
        return make.at_once(
            ground.installation.db.write(TENANT, lambda transaction: transaction.connection.execute(statement).rowcount)
        )

    with pytest.raises(Refused, match="unavailable"):
        make.at_once(ground.installation.db.write(TENANT, add(OTHER_TENANT)))
    make.at_once(ground.installation.db.write(TENANT, add(TENANT)))
    assert count(update(teams).values(name="Ours")) == 3
    assert count(update(teams).where(teams.c.tenant == OTHER_TENANT).values(name="Theirs")) == 0
    assert count(delete(teams).where(teams.c.tenant == OTHER_TENANT)) == 0
    with pytest.raises(DBAPIError, match="row-level security"), ground.writer.engine.begin() as connection:
        enter(connection, TENANT)
        connection.execute(update(teams).where(teams.c.id == "slipped-in").values(tenant=OTHER_TENANT))


def _tenants(transaction: Transaction) -> list[str]:
    return sorted(transaction.connection.scalars(select(table(tables.tenant.Tenant).c.id)))


def test_what_shares_a_transaction_does_not_share_rows(ground: Ground) -> None:
    def batched(transaction: Transaction, items: Sequence[str]) -> list[Any]:
        return [(item, _tenants(transaction)) for item in items]

    def refuse(transaction: Transaction) -> None:
        with transaction.within(EVERY_TENANT):
            assert _tenants(transaction) == [TENANT, OTHER_TENANT]
            raise Refused("conflict")

    mixed: list[Work] = [Batched(of, batched, f"{n} {of}") for n, of in enumerate([TENANT, OTHER_TENANT, TENANT])]
    after: list[Work] = [Single(OTHER_TENANT, refuse), Single(OTHER_TENANT, _tenants), Single(TENANT, _tenants)]
    answers = ground.writer.run([*mixed, *after]).answers
    assert answers[:3] == [(f"{n} {of}", [of]) for n, of in enumerate([TENANT, OTHER_TENANT, TENANT])]
    assert isinstance(answers[3], Refused)
    assert answers[4:] == [[OTHER_TENANT], [TENANT]]


def test_to_be_held_to_it_costs_a_message_no_statement(ground: Ground) -> None:
    said: list[str] = []
    danas = {of: (ground.contact(of=of), make.start()) for of in (TENANT, OTHER_TENANT)}
    for dana, begun in danas.values():
        ground.perform(dana, begun)
    event.listen(ground.writer.engine, "before_cursor_execute", lambda *given: said.append(given[2]))

    def statements(*of: str) -> tuple[int, int]:
        said.clear()
        together = [(danas[each][0], make.message(danas[each][1].conversation)) for each in of]
        assert not any(isinstance(answer, Exception) for answer in ground.together(*together).answers)
        return len(said), sum("set_config" in each for each in said)

    alone = statements(TENANT)
    # The time has to be asked anyhow, and in the same breath; a batch costs another time what it does for each tenant.
    assert alone[1] == 1
    assert statements(*[TENANT] * 50) == alone
    assert statements(*[TENANT, OTHER_TENANT] * 25) == (2 * alone[0], 2)


def test_a_superuser_would_see_everything_and_is_told_apart(postgres: Postgres, ground: Ground) -> None:
    url = ground.writer.engine.url.render_as_string().replace("+psycopg", "")
    for at, exempt in ((url, False), (postgres.almighty(url), True)):
        writer, reader = engines(at)
        with reader.connect() as connection:
            assert is_exempt(connection) is exempt
            enter(connection, TENANT)
            found = set(connection.scalars(select(table(tables.conversation.Conversation).c.tenant)))
            assert found == ({TENANT, OTHER_TENANT} if exempt else {TENANT})
        reader.dispose()
        writer.dispose()


def test_only_these_reach_across_tenants() -> None:
    found = {
        str(path.relative_to(SERVER))
        for path in SERVER.rglob("*.py")
        if "import EVERY_TENANT" in path.read_text() or "EVERY_TENANT," in path.read_text()
    }
    assert found == ACROSS
