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
    return {
        "dana": ground.contact("Dana Ruiz", id="dana"),
        "eve": ground.contact("Eve Stone", id="eve"),
        "olaf": ground.contact("Olaf Berg", id="olaf", of=builders.OTHER_TENANT),
        "priya": replace(ground.agent("Priya Nair", id="priya"), capacity=plenty),
        "cal": replace(ground.agent("Cal Well", id="cal", partner="outside"), capacity=plenty),
    }


def you(person: Person) -> dict[str, Any]:
    return {**person.card(), "kind": person.kind, "audience": person.audience.word, "locale": "en", "tz": "UTC"}


def script(random: Random, outsider: str, until: int) -> list[tuple[int, str, str, int]]:
    """Return who does what when, in which of the two conversations."""
    plan: list[tuple[int, str, str, int]] = []
    talks = (0, 1) if random.random() < 0.3 else (0,)
    for talk in talks:
        began = random.randint(100, 3_000)
        plan.append((began, "dana", START, talk))
        plan += [(random.randint(began, until), "dana", SAY, talk) for _ in range(random.randint(2, 5))]
        for at in (began + random.randint(300, 3_000), until // 2, until + 2_000):
            plan.append((at, "priya", CLAIM, talk))
        if random.random() < 0.4:
            plan.append((began + random.randint(300, 3_000), "cal", CLAIM, talk))
        for who in ("priya", "cal"):
            plan += [(at, who, OPEN, talk) for at in (began + random.randint(0, 1_500), began + 4_000, until // 2)]
            plan += [(random.randint(began + 1_000, until), who, SAY, talk) for _ in range(random.randint(1, 3))]
        if random.random() < 0.3:
            plan.append((random.randint(until // 2, until), "priya", RESOLVE, talk))
    plan += [(random.randint(0, until), outsider, INTRUDE, 0)]
    return sorted(plan)


def is_house(person: Person) -> bool:
    return isinstance(person, Agent) and person.in_house
