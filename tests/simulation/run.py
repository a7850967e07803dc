"""Many worlds at once: each round is one question to Node and one transaction for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from curbside.domain.people import Person
from curbside.realtime.frames import Fact
from curbside.store import conversation as store
from curbside.store.ledger import bodies, conversations, events, receipts, salts
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Single
from tests.ground import Ground
from tests.simulation.judge import Fault, judge
from tests.simulation.people import cast
from tests.simulation.pipe import Pipe
from tests.simulation.server import Line
from tests.simulation.world import World

_TABLES = (receipts, salts, bodies, events, conversations)  # in the order in which they may be emptied
TOGETHER = 500


class Simulation:
    """One database and one Node process, for as many worlds as there are seeds."""

    def __init__(self, ground: Ground, pipe: Pipe) -> None:
        self.ground, self.pipe = ground, pipe
        self.cast: dict[str, Person] = cast(ground)

    def run(self, seeds: Iterable[int], mutant: str | None = None) -> dict[int, list[Fault]]:
        """Live through the worlds of `seeds`; return what was wrong, by seed."""
        waiting = list(seeds)
        found: dict[int, list[Fault]] = {}
        while waiting:
            group, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
            found.update(self._group([World(seed, self.cast, mutant) for seed in group]))
        return found

    def _group(self, worlds: list[World]) -> dict[int, list[Fault]]:
        copies: dict[int, dict[Any, list[dict[str, Any]]]] = {}
        alive = worlds
        while alive:
            alive = [world for world in alive if world.round()]
            self._ask(alive)
            self._commit(alive)
            self._load(alive)
            for world in alive:
                if world.copying is not None:
                    self._copy(world, copies)
        found = self._judge(worlds)
        self.ground.writer.run([Single(EVERY_TENANT, _empty)])
        return found

    def _ask(self, worlds: Sequence[World]) -> None:
        lines: list[bytes] = []
        asked: list[tuple[World, str | None, int]] = []
        for world in worlds:
            for line, who, at in world.asked:
                lines.append(line)
                asked.append((world, who, at))
            world.asked = []
        if not lines:
            return
        for (world, who, at), answer in zip(asked, self.pipe.ask(lines), strict=True):
            if who is not None:
                world.answered(who, at, answer)

    def _commit(self, worlds: Sequence[World]) -> None:
        waves: list[list[tuple[World, Any]]] = []
        for world in worlds:
            for n, one in enumerate(world.performing):
                if n == len(waves):
                    waves.append([])
                waves[n].append((world, one))
            world.performing = []
        for wave in waves:
            # Messages side by side are decided together: that is what the writer does with them.
            wave.sort(key=lambda one: type(one[1][1][1]).__name__)
            self._wave([(world, line, *pair, killed) for world, (line, pair, killed) in wave if line.served])

    def _wave(self, wave: list[tuple[World, Line, Any, Any, bool]]) -> None:
        outcome = self.ground.writer.run([self.ground.work(line.person, as_done) for _, line, _, as_done, _ in wave])
        by_talk = {as_done.conversation: (world, line) for world, line, _, as_done, _ in wave}
        for news in outcome.told:
            world, line = by_talk[news.after.id]
            world.told(news, line.node)
        for (world, line, command, _, killed), answer in zip(wave, outcome.answers, strict=True):
            if isinstance(answer, Exception) and not hasattr(answer, "code"):
                raise answer
            world.committed(line, command, answer, killed)

    def _load(self, worlds: Sequence[World]) -> None:
        wanted = [(world, line, out) for world in worlds for line, out in world.loading]
        for world in worlds:
            world.loading = []
        if not wanted:
            return

        def read(connection: Any) -> None:
            for world, line, out in wanted:
                world.loaded(line, out, self._read(connection, world, line, out))

        self.ground.read(read)

    def _read(self, connection: Any, world: World, line: Line, out: Any) -> Any:
        """Read for a Load; what nothing was appended to since is not read twice, which saves most of the time."""
        person, place = line.person, (line.person.tenant, out.conversation)
        latest = world.latest.get(out.conversation)
        version = (*place, person.audience, world.epoch, latest.numbers.house if latest else 0)
        if version not in world.pages:
            state = store.state(connection, *place)
            found = state and store.read_events(connection, self.ground.keys, *place, person.audience, 0, 10**6)
            world.pages[version] = (state, [Fact(event) for event in found or ()])
        state, facts = world.pages[version]
        after = [fact for fact in facts if fact.event.numbers.of(person.audience) > out.after]
        return None if state is None else (state, after[: out.limit], ())

    def _copy(self, world: World, copies: dict[int, dict[Any, list[dict[str, Any]]]]) -> None:
        def save(transaction: Any) -> None:
            copies[world.seed] = {
                table: [dict(row._mapping) for row in transaction.connection.execute(_of(world, table, select(table)))]
                for table in _TABLES
            }

        def restore(transaction: Any) -> None:
            for table in _TABLES:
                transaction.connection.execute(_of(world, table, delete(table)))
            for table in reversed(_TABLES):
                if copies[world.seed][table]:
                    transaction.connection.execute(insert(table), copies[world.seed][table])

        (answer,) = self.ground.writer.run([Single(EVERY_TENANT, save if world.copying == "save" else restore)]).answers
        assert not isinstance(answer, Exception), answer
        world.copying = None

    def _judge(self, worlds: Sequence[World]) -> dict[int, list[Fault]]:
        names = [(world, who) for world in worlds for who in world.people]
        asked = [b'{"client":"%b","view":true}' % world.name_in_node(who).encode() for world, who in names]
        dropped = [b'{"client":"%b","discard":true}' % world.name_in_node(who).encode() for world, who in names]
        views: dict[int, dict[str, Any]] = {world.seed: {} for world in worlds}
        for (world, who), answer in zip(names, self.pipe.ask(asked), strict=True):
            views[world.seed][who] = answer["view"]
        self.pipe.ask(dropped)
        logs: dict[str, list[Any]] = {}
        query = select(events).order_by(events.c.conversation, events.c.n_house)
        for row in self.ground.read(lambda connection: connection.execute(query).all()):
            logs.setdefault(row.conversation, []).append(row)
        return {world.seed: judge(world, views[world.seed], logs) for world in worlds}


def _of(world: World, table: Any, query: Any) -> Any:
    if table in (bodies, salts):
        written = select(events.c.body_id).where(events.c.conversation.in_(world.talks))
        return query.where(table.c.id.in_(written))
    name = table.c.id if table is conversations else table.c.conversation
    return query.where(name.in_(world.talks))


def _empty(transaction: Any) -> None:
    for table in _TABLES:
        transaction.connection.execute(delete(table))
