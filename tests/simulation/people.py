"""Who is in a simulated world, what each of them does, and a journal of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from curbside.domain.people import Agent, Person
from tests import builders
from tests.ground import Ground

START, SAY, CLAIM, RESOLVE, OPEN, INTRUDE = "start", "say", "claim", "resolve", "open", "intrude"


@dataclass(slots=True)
class Typed:
    """Something that a person did, as they remember it."""

    who: str
    conversation: str
    key: str
    text: str
    audience: str
    at: int
    acked: bool = False
    failed: bool = False
    tries: int = 0
    on_the_wire: bool = False


@dataclass(slots=True)
class Player:
    """A person with a device."""

    name: str
    actor: Person
    you: dict[str, Any]
    works: bool
    opens: set[str] = field(default_factory=set)
    crashed_at: int = -1
    lives: int = 0
    wake: int = -1
    running: bool = False
    arrived: list[str] = field(default_factory=list)


def cast(ground: Ground) -> dict[str, Person]:
    """Put the people of every world into the database, once."""
    plenty = 10**9  # worlds share their people, and so what these carry
    found: dict[str, Person] = {
        "dana": ground.contact("Dana Ruiz", id="dana"),
        "eve": ground.contact("Eve Stone", id="eve"),
        "olaf": ground.contact("Olaf Berg", id="olaf", of=builders.OTHER_TENANT),
        "priya": replace(ground.agent("Priya Nair", id="priya"), capacity=plenty),
        "cal": replace(ground.agent("Cal Well", id="cal", partner="outside"), capacity=plenty),
    }
    ground.conversations.open_max = plenty
    return found


def you(person: Person) -> dict[str, Any]:
    return {**person.card(), "kind": person.kind, "audience": person.audience.word, "locale": "en", "tz": "UTC"}


def company(random: Random) -> list[str]:
    """Choose who is in a world: most are small, so that many can be lived through."""
    chosen = ["dana"]
    chosen += ["priya"] if random.random() < 0.8 else []
    chosen += ["cal"] if random.random() < 0.4 else []
    chosen += [random.choice(("eve", "olaf"))] if random.random() < 0.2 else []
    return chosen


def script(random: Random, company: list[str], until: int) -> list[tuple[int, str, str, int]]:
    """Return who does what when, in which of the two conversations."""
    plan: list[tuple[int, str, str, int]] = []
    for talk in (0, 1) if random.random() < 0.2 else (0,):
        began = random.randint(100, 3_000)
        plan.append((began, "dana", START, talk))
        plan += [(random.randint(began, until), "dana", SAY, talk) for _ in range(random.randint(1, 4))]
        plan.append((began + random.randint(300, 3_000), "priya", CLAIM, talk))
        if random.random() < 0.2:
            plan.append((began + random.randint(300, 3_000), "cal", CLAIM, talk))
        for who in ("priya", "cal"):
            plan += [(at, who, OPEN, talk) for at in (began + random.randint(300, 2_500), until // 2)]
            plan += [(random.randint(began + 1_500, until), who, SAY, talk) for _ in range(random.randint(1, 3))]
        if random.random() < 0.2:
            plan.append((random.randint(until // 2, until), "priya", RESOLVE, talk))
    plan += [(random.randint(0, until), outsider, INTRUDE, 0) for outsider in ("eve", "olaf")]
    return sorted(one for one in plan if one[1] in company)


def is_house(person: Person) -> bool:
    return isinstance(person, Agent) and person.in_house
