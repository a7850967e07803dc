"""The schema. Every primary, unique and foreign key begins with the tenant; times are milliseconds since 1970."""

from sqlmodel import SQLModel

from curbside.store.tables import conversation, people, tenant, work

metadata = SQLModel.metadata

__all__ = ["conversation", "metadata", "people", "tenant", "work"]
