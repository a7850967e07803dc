"""Whose rows a transaction may reach: those of one tenant, or, by one name that stands out, everybody's.

Every statement names its tenant in its WHERE. On PostgreSQL the database holds to it too: each table that has a tenant
has a policy by which a transaction sees and writes the rows of the tenant that it has entered, and none before it has.
So a WHERE that somebody forgot shows nothing of anybody else. SQLite has no such thing.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

# For what belongs to no tenant: looking up whose a token or a cookie is, clocks, outbox, sweeping, migrations, copies.
EVERY_TENANT = "*"  # no tenant's id: those have letters, digits and hyphens
# For the few rows that belong to none: the installation's own, counters of wrong log-ins.
NO_TENANT = ""

EXEMPT = (
    "CURBSIDE_DATABASE names a role that is a superuser or has BYPASSRLS: PostgreSQL would hold it to no tenant's "
    "rows. Use an ordinary role that owns its database."
)

_ENTER = text("SELECT set_config('curbside.tenant', :whose, true)")
# Time is the database's: nodes whose clocks differ still agree. Asked in one statement, as every transaction asks both.
_ENTER_AND_TIME = text(
    "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000), set_config('curbside.tenant', :whose, true)"
)
_IS_EXEMPT = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def enter(connection: Connection, whose: str) -> None:
    """Let the running transaction reach the rows of `whose`, and of nobody else, until it ends or enters another."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER, {"whose": whose})


def enter_and_time(connection: Connection, whose: str) -> int:
    """Enter on PostgreSQL, and return its time in milliseconds."""
    return int(connection.execute(_ENTER_AND_TIME, {"whose": whose}).scalar_one())


def is_exempt(connection: Connection) -> bool:
    """Tell whether the database would let us see everything whatever we enter: as a superuser, or by BYPASSRLS."""
    return connection.dialect.name == "postgresql" and bool(connection.execute(_IS_EXEMPT).scalar_one())
