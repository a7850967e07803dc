"""One simulated world: people with devices, nodes, a network between them, and everything that may go wrong.

A round takes everything that happens within `STEP` milliseconds; whatever it causes happens later than that, so many
worlds can take their rounds together, with one question to Node and one transaction for all of them.
"""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec

from curbside.domain.conversation import Conversation
from curbside.domain.news import Appended
from curbside.domain.people import Person
from tests.simulation import device, faults, people
from tests.simulation.clock import STEP, Clock
from tests.simulation.judge import leaks
from tests.simulation.people import Player, Typed
from tests.simulation.server import Line, Node

BUSY_MS = 16_000
QUIET_MS = 30_000
SERVER_MUTANTS = ("acknowledge_early", "no_receipts", "no_heads_sent", "epoch_kept")
_encode = msgspec.json.Encoder().encode


class World(Clock):
    """Everything that happens for one seed. The same seed gives the same world."""

    def __init__(self, seed: int, cast: dict[str, Person], mutant: str | None = None) -> None:
        super().__init__(end=BUSY_MS + QUIET_MS)
        self.seed, self.mutant, self.random = seed, mutant, Random(seed)
        self.client_mutant = None if mutant in SERVER_MUTANTS else mutant
        company = people.company(self.random)
        self.people = {
            name: Player(name, actor, people.you(actor), works=name in ("priya", "cal"))
            for name, actor in cast.items()
            if name in company
        }
        self.nodes = (Node(), Node())
        self.lines: dict[str, Line | None] = dict.fromkeys(self.people)
        self.talks = [f"t{seed % 10**9:09d}talk{n:08d}" for n in range(2)]
        self.latest: dict[str, Conversation] = {}
        self.pages: dict[Any, Any] = {}
        self.journal: dict[str, Typed] = {}
        self.leaks: list[str] = []
        self.epoch = 0
        self.restored = False
        self.quiet = False
        # What this round asks of the others, in order.
        self.asked: list[tuple[bytes, str | None, int]] = []
        self.performing: list[tuple[Line, Any, bool]] = []
        self.loading: list[tuple[Line, Any]] = []
        self.copying: str | None = None
        self._plan(company)

    @property
    def held(self) -> bool:
        """Wait while the database is copied."""
        return self.copying is not None

    # -- the plan -----------------------------------------------------------------------------------------------

    def _plan(self, company: list[str]) -> None:
        for name in self.people:
            self.at(self.random.randint(0, 2_000), self.start, name)
        for time, who, what, talk in people.script(self.random, company, BUSY_MS - 2_000):
            self.at(time, self.act, who, what, self.talks[talk])
        for _ in range(self.random.randint(0, 4)):
            fault = self.random.choice((faults.cut, faults.cut, faults.crash, faults.kill, faults.kill))
            self.at(self.random.randint(500, BUSY_MS), fault, self)
        if self.random.random() < 0.15:
            saved = self.random.randint(2_000, BUSY_MS - 4_000)
            self.at(saved, self._copy, "save")
            self.at(self.random.randint(saved + 500, BUSY_MS), self._copy, "restore")
        self.at(BUSY_MS + 1, self._calm)
        for after in (1_000, 9_000, 20_000):
            self.at(BUSY_MS + after, self._look)

    def _calm(self) -> None:
        self.quiet = True

    def _look(self) -> None:
        """The network is back, and people look at their screens."""
        for name, player in self.people.items():
            if player.running:
                self.input(name, {"kind": "online"})
            for talk in self.talks:
                if player.works and talk in self.latest:
                    self.act(name, people.OPEN, talk)

    # -- people -------------------------------------------------------------------------------------------------

    def act(self, who: str, what: str, talk: str) -> None:
        player = self.people[who]
        if not player.running:
            self.at(self.now + 400, self.act, who, what, talk)
            return
        if what in (people.OPEN, people.INTRUDE):
            player.opens |= {talk} if what == people.OPEN else set()
            self.input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})
        if what == people.START:
            player.opens.add(talk)
            self._command(who, talk, {"type": "act", "verb": "start"})
            self.input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})
        elif what in (people.CLAIM, people.RESOLVE):
            self._command(who, talk, {"type": "act", "verb": what})
        elif what in (people.SAY, people.INTRUDE):
            self._say(who, talk)

    def _say(self, who: str, talk: str) -> None:
        note = self.people[who].works and (who == "cal" or self.random.random() < 0.4)
        audience = "contact"
        if note:
            audience = "house" if people.is_house(self.people[who].actor) and self.random.random() < 0.5 else "staff"
        text = f"{audience.upper()}-CANARY {self.people[who].actor.tenant} {who} {len(self.journal)}"
        frame: dict[str, Any] = {"type": "send", "kind": "note" if note else "message", "body": {"text": text}}
        if note:
            frame["audience"] = audience
        self._command(who, talk, frame, text, audience)

    def _command(self, who: str, talk: str, frame: dict[str, Any], text: str = "", audience: str = "contact") -> None:
        key = f"k{self.seed % 10**9:09d}{len(self.journal):012d}"
        self.journal[key] = Typed(who, talk, key, text or frame["verb"], audience, self.now)
        self.input(who, {"kind": "command", "command": {**frame, "key": key, "conversation": talk}})

    def retry(self, key: str) -> None:
        self.input(self.journal[key].who, {"kind": "retry", "key": key})

    # -- clients ------------------------------------------------------------------------------------------------

    def name_in_node(self, who: str) -> str:
        return f"{self.seed}.{who}"

    def ask(self, who: str, what: bytes, *, reply: bool = False) -> None:
        line = b'{"client":"%b",%b}' % (self.name_in_node(who).encode(), what)
        self.asked.append((line, who if reply else None, self.now))

    def input(self, who: str, given: dict[str, Any]) -> None:
        if self.people[who].running:
            self.ask(who, b'"now":%d,"quiet":true,"input":%b' % (self.now, _encode(given)), reply=True)

    def start(self, who: str) -> None:
        player = self.people[who]
        player.lives += 1
        player.running, player.wake = True, -1
        created = {"seed": self.seed * 31 + player.lives * 7 + len(who), "mutant": self.client_mutant}
        self.ask(who, b'"create":%b' % _encode(created))
        self.input(who, {"kind": "start", "token": who, "device": "d" * 22, "tab": "t" * 22})
        for talk in sorted(player.opens):
            self.input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})

    def answered(self, who: str, asked_at: int, answer: Any) -> None:
        """Do what a client asks for."""
        self.now = asked_at
        if "kept" in answer:
            self.input_later(who, {"kind": "kept", "kept": answer["kept"]})
        for output in answer.get("outputs", ()):
            device.DO[output["kind"]](self, who, output)

    def input_later(self, who: str, given: dict[str, Any]) -> None:
        self.later(0, self._for_life, who, self.people[who].lives, given)

    def _for_life(self, who: str, life: int, given: dict[str, Any]) -> None:
        if self.people[who].lives == life:
            self.input(who, given)

    # -- the network --------------------------------------------------------------------------------------------

    def up(self, line: Line, text: str) -> None:
        if line.alive and line.served:
            line.run(line.connection.receive(text, self.now))

    def down(self, line: Line, frame: bytes) -> None:
        """Bring a frame to a client: in order, late, or (an event, an answer) not at all."""
        if leaks(line.client, line.person, frame):
            self.leaks.append(f"{line.client}: {frame[:200]!r}")
        if self.mutant == "no_heads_sent" and frame.startswith(b'{"type":"heads"'):
            frame = _encode({**msgspec.json.decode(frame), "heads": {}})
        if not self.quiet and frame.startswith((b'{"type":"event"', b'{"type":"ok"')) and self.random.random() < 0.06:
            return
        if frame.startswith((b'{"type":"presence"', b'{"type":"cursor"')):
            return
        line.last_down = max(line.last_down, self.now + STEP + self.random.randint(0, 150))
        self.at(line.last_down, self._deliver, line, frame)

    def _deliver(self, line: Line, frame: bytes) -> None:
        if line.alive and self.lines[line.client] is line:
            what = b'"now":%d,"quiet":true,"input":{"kind":"frame","frame":%b}' % (self.now, frame)
            self.ask(line.client, what, reply=True)

    # -- the server ---------------------------------------------------------------------------------------------

    def welcomes(self, line: Line, hello: Any) -> None:
        if line.served and line in line.node.lines:
            line.welcome(hello)

    def commits(self, line: Line, command: Any) -> None:
        if line.served:
            killed = not self.quiet and self.random.random() < 0.02
            if self.mutant == "no_receipts":
                command = (command, msgspec.structs.replace(command, key=f"r{self.seed % 10**9:09d}{self._count:012d}"))
            else:
                command = (command, command)
            self.performing.append((line, command, killed))

    def committed(self, line: Line, command: Any, answer: Any, killed: bool) -> None:
        """Answer a command after its commit, unless the process was killed in between."""
        if killed:
            faults.kill(self, line.node)
        if not line.served or self.mutant == "acknowledge_early":
            return
        refused = isinstance(answer, Exception)
        line.run(line.connection.refused(command, answer) if refused else line.connection.done(command, answer))

    def told(self, news: Appended, by: Node | None) -> None:
        """The process that committed hears it at once; the others by a bus that may lose it, and then by looking."""
        self.latest[news.after.id] = news.after
        for node in self.nodes:
            if node is by:
                node.hub.appended(news)
            elif self.quiet or self.random.random() < 0.7:
                self.later(self.random.randint(0, 100), self._heard, node, node.life, news)
            else:
                self.later(2_000, self._looked, node, news.after.id)

    def _heard(self, node: Node, life: int, news: Appended) -> None:
        if node.life == life:
            node.hub.appended(news)

    def _looked(self, node: Node, conversation: str) -> None:
        if conversation in self.latest:
            node.hub.changed(self.latest[conversation])

    def loads(self, line: Line, out: Any) -> None:
        if line.served:
            self.loading.append((line, out))

    def loaded(self, line: Line, out: Any, found: Any) -> None:
        """Bring what was read at this moment to the connection, a little later."""
        self.later(self.random.randint(0, 40), self._read, line, out, found)

    def _read(self, line: Line, out: Any, found: Any) -> None:
        if not line.served:
            return
        if found is None or not line.connection.may_see(found[0]):
            line.run(line.connection.not_found(out.conversation))
        else:
            line.run(line.connection.loaded(*found))

    def _copy(self, what: str) -> None:
        """Save the database, or put back what was saved: everybody is cut off and the epoch is another one."""
        if what == "restore":
            self.restored = True
            for node in self.nodes:
                faults.kill(self, node)
            self.epoch += 1
            self.latest.clear()
            self.performing.clear()
            self.loading.clear()
        self.copying = what

    @property
    def shown_epoch(self) -> str:
        return "e0" if self.mutant == "epoch_kept" else f"e{self.epoch}"
