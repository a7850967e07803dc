"""The ground that the other tests stand on: two databases that hold the same rows."""

from sqlalchemy import select

from curbside.actions.installation import Installation
from curbside.domain.audience import Audience
from curbside.store import tables
from curbside.store.conversation import read_events
from curbside.store.scope import EVERY_TENANT
from tests import builders


async def test_what_was_said_is_read_again_on_both_databases(installation: Installation) -> None:
    dana = await builders.contact(installation)
    talk = await builders.conversation(installation, dana)
    await builders.say(installation, talk, dana, "The order screen is blank")
    events = await installation.db.read(
        EVERY_TENANT,
        lambda connection: read_events(
            connection, installation.keys, dana.tenant, talk.id, Audience.CONTACT, after=0, limit=10
        ),
    )
    assert [event.kind for event in events] == ["started", "message"]
    assert events[1].body is not None
    assert events[1].body.text == "The order screen is blank"


async def test_each_test_has_a_database_of_its_own(installation: Installation) -> None:
    query = select(builders.table(tables.people.Contact))
    assert (await installation.db.read(EVERY_TENANT, lambda connection: connection.execute(query).all())) == []
