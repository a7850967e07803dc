"""What a running process does anew when its database was put back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from curbside.app import Application
from curbside.store import search
from curbside.store.ledger import conversations
from curbside.store.scope import EVERY_TENANT
from tests import builders
from tests.attacks.wire import Wire, contact_token
from tests.serving import browser


async def test_the_index_that_no_backup_holds_is_made_again(curbside: Application) -> None:
    async with browser(curbside) as client:
        panel = Wire(curbside, await contact_token(client))
    await panel.act("start", builders.new_id())
    while await curbside.indexer.catch_up():
        pass
    database = curbside.floor.installation.db

    def put_back(transaction: Any) -> None:
        search.forget(transaction)
        transaction.connection.execute(update(conversations).values(changed_at=1))

    await database.write(EVERY_TENANT, put_back)
    curbside.indexer._since = database.clock()
    assert await curbside.indexer.catch_up() == 0
    await curbside._restored("another")
    assert await curbside.indexer.catch_up() == 1
