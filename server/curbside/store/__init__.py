"""The only SQL: tables, a tenant's scope, the group-committing writer, migrations."""
