"""Whether a contact is here, away or has left, as those see it who work on their conversation."""

from __future__ import annotations

from curbside.domain.news import GroundsEnded
from curbside.domain.people import Person
from curbside.realtime.hub import Hub
from tests.domain.talk import DANA, MARCO, SAM
from tests.realtime.test_feed import TALK, Reader, talk


class Desk:
    """One conversation, and who comes to look at it."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.marco = self.comes(MARCO)

    def comes(self, person: Person, grounds: str | None = None) -> Reader:
        reader = Reader(person, 1)
        reader.grounds = grounds or reader.grounds
        self.hub.join(reader)
        self.hub.watch(reader, TALK)
        reader.run(reader.connection.loaded(talk(0).state, [], []))
        self.hub.admitted(reader, TALK)
        return reader

    def goes(self, reader: Reader) -> None:
        self.hub.leave(reader, [TALK])

    def log_in_ends(self, grounds: str, tenant: str = "northwind") -> None:
        self.hub.grounds_ended(GroundsEnded(tenant, "contact", grounds))

    def sees(self) -> object:
        return self.marco.said[-1]["contact"]


def test_a_contact_whose_log_in_ended_has_left_and_one_whose_line_broke_is_away() -> None:
    desk = Desk()
    desk.goes(desk.comes(DANA))
    assert desk.sees() == "away"
    dana = desk.comes(DANA)
    desk.log_in_ends("somebody else's")
    assert desk.sees() == "here"
    desk.log_in_ends(DANA.id)
    desk.goes(dana)
    assert desk.sees() == "left"
    assert desk.comes(SAM).said[-1]["contact"] == "left"
    dana = desk.comes(DANA)
    assert desk.sees() == "here"
    desk.goes(dana)
    assert desk.sees() == "away"


def test_a_contact_whose_log_in_ends_after_their_line_has_left_too() -> None:
    desk = Desk()
    desk.goes(desk.comes(DANA))
    desk.log_in_ends("somebody else's")
    desk.log_in_ends(DANA.id, tenant="southwind")
    assert desk.sees() == "away"
    desk.log_in_ends(DANA.id)
    assert desk.sees() == "left"


def test_a_contact_who_looks_on_at_another_workstation_is_here_and_later_away() -> None:
    desk = Desk()
    here = desk.comes(DANA)
    desk.goes(desk.comes(DANA, grounds="another workstation"))
    desk.log_in_ends("another workstation")
    assert desk.sees() == "here"
    desk.goes(here)
    assert desk.sees() == "away"
