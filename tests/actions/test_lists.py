"""What a list's SQL shows is what the domain says that a person may see."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import Executable, update

from curbside.actions.installation import Installation
from curbside.actions.lists import Page, read_list, stands_in
from curbside.actions.rows import row
from curbside.domain import commands as ask
from curbside.domain.access import may_see
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Draft
from curbside.domain.people import Agent, Contact, Person
from curbside.domain.settings import Promises
from curbside.store.ledger import conversations
from curbside.store.paging import place
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Single, Transaction
from tests import builders
from tests.ground import Ground, at_once, in_memory, note, start

LISTS = ("care_blocked", "waiting", "mine", "team:team-1", "team:team-2", "all", "resolved", "promised", "mentioned")
TEAMS = ("team-1", "team-2", None)
BOSS = Agent(builders.TENANT, "agent-1", "Boss", 1, "admin", "", "", True, "")


def read_page(ground: Ground, person: Person, name: str, limit: int = 100, before: str | None = None) -> Page:
    return at_once(read_list(ground.installation, person, name, limit, before, Promises()))


def _change(statement: Executable, transaction: Transaction) -> None:
    transaction.connection.execute(statement)


@pytest.fixture(scope="module")
def crowded() -> Iterator[tuple[Ground, list[Conversation], list[Contact]]]:
    """Conversations in every state, with teams, levels and owners at random."""
    with in_memory(_clock()) as ground:
        seeded = random.Random(5)
        people = [ground.contact(f"Contact {n}") for n in range(3)]
        people.append(ground.contact("Olaf", of=builders.OTHER_TENANT))
        ground.conversations.open_max = 60  # a few people stand for many
        begun = [(seeded.choice(people), start()) for _ in range(60)]
        ground.together(*begun)
        ground.writer.run(
            [Single(EVERY_TENANT, partial(_change, _somehow(seeded, command.conversation))) for _, command in begun]
        )
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
        "urgency": seeded.choice(("normal", "high", "care_blocked")),
        "front": seeded.random() < 0.3,
        "waiting_since": seeded.choice((1_000, 2_000)) if status == "waiting" else None,
        "answer_since": seeded.choice((1_000, 2_000, None)),
        "changed_at": seeded.choice((5_000, 6_000)),
        "mentioned": seeded.choice(("", "|staff:agent-1|", "|house:agent-1|staff:agent-2|", "|house:agent-2|")),
        "until": seeded.choice((9_000, 9_500)) if status == "pending" and seeded.random() < 0.7 else None,
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
        page = read_page(ground, person, name)
        shown = {listed.state.id for listed in page.rows}
        assert shown == {state.id for state in states if stands_in(name, state, person)}
        assert all(may_see(person, listed.state) for listed in page.rows)
        assert (page.next, page.count) == (None, len(shown))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 3, 7])
def test_the_pages_of_a_list_are_the_list(
    crowded: tuple[Ground, list[Conversation], list[Contact]], name: str, size: int
) -> None:
    ground, _, _ = crowded
    whole = read_page(ground, BOSS, name)
    assert len(whole.rows) >= 4  # several pages, with ties in everything but the id
    ids, before, found = [one.state.id for one in whole.rows], None, list[str]()
    while True:
        page = read_page(ground, BOSS, name, size, before)
        assert page.count == whole.count
        found += [one.state.id for one in page.rows]
        before = page.next
        if before is None:
            break
        assert len(page.rows) == size
    assert found == ids


def test_whom_a_note_names_finds_it_later_and_until_they_have_done_something() -> None:
    with in_memory(_clock()) as ground:
        dana, priya, kim = ground.contact(), ground.agent(), ground.agent("Kim Oduya")
        begun = start()
        said = note(begun.conversation)
        asking = msgspec.structs.replace(said, body=msgspec.structs.replace(said.body, mentions=(kim.id,)))
        ground.together((dana, begun))
        ground.together((priya, asking))
        ground.know()  # what is remembered between transactions is read anew
        assert [one.state.id for one in read_page(ground, kim, "mentioned").rows] == [begun.conversation]
        assert read_page(ground, priya, "mentioned").rows == []
        ground.together((kim, note(begun.conversation)))
        assert read_page(ground, kim, "mentioned").rows == []


def test_the_pages_of_a_contact_are_theirs_latest_first(
    crowded: tuple[Ground, list[Conversation], list[Contact]],
) -> None:
    ground, _, people = crowded
    whole = read_page(ground, people[0], "mine")
    first = read_page(ground, people[0], "mine", 2)
    second = read_page(ground, people[0], "mine", 2, first.next)
    assert [*first.rows, *second.rows] == whole.rows[:4]
    assert [one.state.contact_at for one in whole.rows] == sorted(
        (one.state.contact_at for one in whole.rows), reverse=True
    )


@pytest.mark.parametrize("name", ["care_blocked", "waiting", "mine", "team:team-1", "promised"])
def test_work_is_listed_as_a_desk_shows_it_the_most_pressing_first(
    crowded: tuple[Ground, list[Conversation], list[Contact]], name: str
) -> None:
    """As widget/src/core/lists.ts orders rows: else what presses most would be behind 'More'."""
    ground, _, _ = crowded
    rows = [row(one, BOSS, ground.directory) for one in read_page(ground, BOSS, name).rows]
    assert rows == sorted(rows, key=pressing)


def pressing(row: dict[str, Any]) -> tuple[Any, ...]:
    never = float("inf")
    due, since = (never if row[name] is None else row[name] for name in ("due_at", "waiting_since"))
    return (row["urgency"] != "care_blocked", not row["front"], due, since, row["conversation"])


def test_a_list_goes_on_after_its_last_row_though_that_has_moved() -> None:
    with in_memory(_clock()) as ground:
        dana = ground.contact()
        begun = [start() for _ in range(6)]
        for command in begun:
            ground.perform(dana, command)
        first = read_page(ground, BOSS, "waiting", 3)
        last = first.rows[-1].state.id
        ground.perform(dana, ask.SetUrgency(key=builders.new_id(), conversation=last, urgency="care_blocked"))
        second = read_page(ground, BOSS, "waiting", 3, first.next)
        shown = {one.state.id for one in [*first.rows, *second.rows]}
        assert shown == {command.conversation for command in begun}


@pytest.mark.parametrize(
    "before", ["", "x", "WzFd", "1790000000000:abc", "9" * 40, place([2**63, "x"]), place(["x", 1])]
)
@pytest.mark.parametrize("name", ["all", "waiting"])
def test_a_place_that_is_none_is_refused(
    crowded: tuple[Ground, list[Conversation], list[Contact]], before: str, name: str
) -> None:
    ground, _, _ = crowded
    with pytest.raises(Refused, match="bad_frame"):
        read_page(ground, BOSS, name, 3, before)


@pytest.mark.parametrize("name", ["", "nothing", "all:x'; --", "conversation", "team"])
def test_a_list_that_is_not_there_is_refused(
    crowded: tuple[Ground, list[Conversation], list[Contact]], name: str
) -> None:
    ground, _, people = crowded
    for person in (people[0], somebody(random.Random(1), people)):
        try:
            page = read_page(ground, person, name, 10)
        except Refused as refused:
            assert refused.code == "not_found"
        else:
            assert all(may_see(person, listed.state) for listed in page.rows)


@pytest.mark.parametrize("name", LISTS)
async def test_both_databases_give_the_same_pages(installation: Installation, name: str) -> None:
    dana = await builders.contact(installation)
    made = [await builders.conversation(installation, dana, urgency=urgency) for urgency in ("normal", "high") * 3]
    for talk in made[:4]:
        await builders.claim(installation, talk, BOSS)
    await builders.append(installation, made[0], BOSS, Draft("resolved", Audience.CONTACT, {"ask_rating": False}))
    before, found = None, list[str]()
    while True:
        page = await read_list(installation, BOSS, name, 2, before, Promises())
        found += [one.state.id for one in page.rows]
        before = page.next
        if before is None:
            break
    whole = await read_list(installation, BOSS, name, 100, None, Promises())
    assert found == [one.state.id for one in whole.rows]
    assert len(found) == {"all": 5, "team:team-1": 5, "waiting": 2, "mine": 3, "resolved": 1}.get(name, 0)
