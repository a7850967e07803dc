"""What a list's SQL shows is what the domain says that a person may see."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Executable, update

from curbside.actions.lists import read_list, stands_in
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact, Person
from curbside.store.ledger import conversations
from curbside.store.writer import Single, Transaction
from tests import builders
from tests.ground import Ground, at_once, in_memory, start

LISTS = ("care_blocked", "waiting", "mine", "team:team-1", "team:team-2", "all", "resolved", "promised")
TEAMS = ("team-1", "team-2", None)


def _change(statement: Executable, transaction: Transaction) -> None:
    transaction.connection.execute(statement)


@pytest.fixture(scope="module")
def crowded() -> Iterator[tuple[Ground, list[Conversation], list[Contact]]]:
    """Conversations in every state, with teams, levels and owners at random."""
    with in_memory(_clock()) as ground:
        seeded = random.Random(5)
        people = [ground.contact(f"Contact {n}") for n in range(3)]
        people.append(ground.contact("Olaf", of=builders.OTHER_TENANT))
        begun = [(seeded.choice(people), start()) for _ in range(60)]
        ground.together(*begun)
        ground.writer.run([Single(partial(_change, _somehow(seeded, command.conversation))) for _, command in begun])
        states = [ground.state(person.tenant, command.conversation) for person, command in begun]
        yield ground, states, people


def _clock() -> Callable[[], int]:
    return lambda: time.time_ns() // 1_000_000


def _somehow(seeded: random.Random, conversation: str) -> Executable:
    status = seeded.choice(("waiting", "active", "pending", "resolved"))
    values = {
        "status": status,
        "team": seeded.choice(TEAMS),
        "level": seeded.randint(1, 4),
        "agent": seeded.choice(("agent-1", "agent-2", None)),
        "urgency": seeded.choice(("normal", "care_blocked")),
        "until": 9_000 if status == "pending" and seeded.random() < 0.5 else None,
    }
    return update(conversations).where(conversations.c.id == conversation).values(**values)


def somebody(seeded: random.Random, people: list[Contact]) -> Person:
    if seeded.random() < 0.2:
        return seeded.choice(people)
    return Agent(
        tenant=seeded.choice((builders.TENANT, builders.TENANT, builders.OTHER_TENANT)),
        id=seeded.choice(("agent-1", "agent-2", "agent-3")),
        name="",
        level=seeded.randint(1, 4),
        role=seeded.choice(("agent", "supervisor", "admin")),
        partner="",
        employer="",
        in_house=seeded.random() < 0.5,
        country="",
        teams=frozenset(team for team in ("team-1", "team-2") if seeded.random() < 0.5),
    )


@pytest.mark.parametrize("seed", range(25))
def test_a_list_shows_exactly_what_its_reader_may_see(
    crowded: tuple[Ground, list[Conversation], list[Contact]], seed: int
) -> None:
    ground, states, people = crowded
    person = somebody(random.Random(seed), people)
    for name in LISTS if isinstance(person, Agent) else ("mine",):
        rows, more, total = at_once(read_list(ground.installation, person, name, 100, None))
        shown = {listed.state.id for listed in rows}
        assert shown == {state.id for state in states if stands_in(name, state, person)}
        assert all(may_see(person, listed.state) for listed in rows)
        assert (more, total) == (False, len(shown))


def test_a_page_says_whether_there_is_more(crowded: tuple[Ground, list[Conversation], list[Contact]]) -> None:
    ground, _, people = crowded
    boss = replace(somebody(random.Random(0), people), tenant=builders.TENANT)
    if isinstance(boss, Agent):
        boss = replace(boss, in_house=True, role="admin")
    whole, _, total = at_once(
        read_list(ground.installation, boss, "all" if boss.kind == "agent" else "mine", 100, None)
    )
    part, more, again = at_once(
        read_list(ground.installation, boss, "all" if boss.kind == "agent" else "mine", 2, None)
    )
    assert (len(part), more, again) == (2, True, total == again and total)
    assert {one.state.id for one in part} <= {one.state.id for one in whole}


@pytest.mark.parametrize("name", ["", "nothing", "all:x'; --", "conversation", "team"])
def test_a_list_that_is_not_there_is_refused(
    crowded: tuple[Ground, list[Conversation], list[Contact]], name: str
) -> None:
    ground, _, people = crowded
    for person in (people[0], somebody(random.Random(1), people)):
        try:
            rows, _, _ = at_once(read_list(ground.installation, person, name, 10, None))
        except Refused as refused:
            assert refused.code == "not_found"
        else:
            assert all(may_see(person, listed.state) for listed in rows)
