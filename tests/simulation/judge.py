"""What must be true of every world once it is quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curbside.domain.audience import Audience
from tests.simulation.people import is_house

if TYPE_CHECKING:
    from curbside.domain.people import Person
    from tests.simulation.people import Typed
    from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken promise."""

    kind: str
    where: str


def leaks(who: str, person: Person, frame: bytes) -> bool:
    """Tell whether a frame brings somebody what they may not see: canaries stand in every text."""
    if b"-CANARY" not in frame:
        return False
    wrong = person.kind == "contact" and (b"STAFF-CANARY" in frame or b"HOUSE-CANARY" in frame)
    wrong |= not is_house(person) and b"HOUSE-CANARY" in frame
    return wrong or who in ("eve", "olaf")


def judge(world: World, views: Mapping[str, Any], logs: Mapping[str, Sequence[Any]]) -> list[Fault]:
    """Hold the journals against the database, and every screen against the log."""
    found = [Fault("leaked", leak) for leak in world.leaks]
    for talk in world.talks:
        log = logs.get(talk, [])
        typed = [one for one in world.journal.values() if one.conversation == talk]
        found += _log(talk, log, typed)
        found += _promises(world, views, log, typed)
        for who, player in world.people.items():
            if talk in player.opens and log:
                found += _screen(world, who, views[who], talk, log)
    if world.restored:
        return found  # what was lost and offered again is news again
    for who, player in world.people.items():
        twice = [key for key, times in Counter(player.arrived).items() if times > 1]
        found += [Fault("arrived twice", f"{who} {key}") for key in twice]
    return found


def _log(talk: str, log: Sequence[Any], typed: Sequence[Typed]) -> Iterator[Fault]:
    for name in Audience:
        numbers = [_seq(row, name) for row in log if row.audience <= name]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Fault("gap", f"{talk} {name.word} {numbers}")
    known = {one.key: one for one in typed if one.text not in ("start", "claim", "resolve")}
    said = [row for row in log if row.kind in ("message", "note")]
    for row in said:
        one = known.get(row.key)
        author = row.author.partition(":")[2]
        if one is None or one.who != author or Audience.of(one.audience) != row.audience:
            yield Fault("phantom", f"{talk} {row.key} by {row.author}")
    keys = [row.key for row in said]
    if len(keys) != len(set(keys)):
        yield Fault("doubled", talk)
    for who in {one.who for one in typed}:
        wrote = [one.key for one in known.values() if one.who == who and not one.failed]
        stored = [key for key in keys if key in set(wrote)]
        if stored != [key for key in wrote if key in set(stored)]:
            yield Fault("out of order", f"{talk} {who}")


def _promises(world: World, views: Mapping[str, Any], log: Sequence[Any], typed: Sequence[Typed]) -> Iterator[Fault]:
    stored = {row.key for row in log if row.key}
    started = any(row.kind == "started" for row in log)
    for one in typed:
        if one.text in ("claim", "resolve"):
            continue
        if one.key in stored or (one.text == "start" and started):
            continue
        shown = _shown(views[one.who], one)
        if shown == "failed":
            continue
        if one.acked:
            yield Fault("lost", f"{one.who} {one.key} {one.text}")
        elif shown is not None:
            yield Fault("stuck", f"{one.who} {one.key} {shown}")
        elif (one.on_the_wire or world.people[one.who].crashed_at < one.at) and one.text != "start":
            yield Fault("silently gone", f"{one.who} {one.key} {one.text}")


def _shown(view: Any, one: Typed) -> str | None:
    timeline = view["timelines"].get(one.conversation)
    items = timeline["items"] if timeline else ()
    return next((item["delivery"] for item in items if item["key"] == one.key), None)


def _screen(world: World, who: str, view: Any, talk: str, log: Sequence[Any]) -> Iterator[Fault]:
    reader = world.people[who].actor.audience
    timeline = view["timelines"].get(talk)
    if timeline is None:
        yield Fault("not shown", f"{who} {talk}")
        return
    shown = [item for item in timeline["items"] if item["delivery"] not in ("failed", "queued", "sending")]
    keys = Counter(item["key"].removesuffix("#again") for item in shown)
    texts = Counter(item["text"] for item in shown if item["text"])
    if any(times > 1 for times in (*keys.values(), *texts.values())):
        yield Fault("shown twice", f"{who} {talk}")
    wanted = [_expected(world, row, reader) for row in log if row.audience <= reader]
    got = [(item["seq"], item["kind"], item["key"], item["text"]) for item in shown]
    if got != wanted:
        yield Fault("view", f"{who} {talk} shows {got[-3:]} ({len(got)}), not {wanted[-3:]} ({len(wanted)})")
    elif not timeline["live"]:
        yield Fault("not live", f"{who} {talk}")


def _expected(world: World, row: Any, reader: Audience) -> tuple[int, str, str, str | None]:
    seq = _seq(row, reader)
    if row.kind not in ("message", "note"):
        return (seq, row.kind, row.key or f"seq:{seq}", None)
    typed = world.journal.get(row.key)
    return (seq, row.kind, row.key, typed.text if typed else "?")


def _seq(row: Any, reader: Audience) -> int:
    return int((row.n_contact, row.n_staff, row.n_house)[reader])
