"""One simulated world: people with devices, nodes, a network between them, and everything that may go wrong.

A round takes everything that happens within `STEP` milliseconds; whatever it causes happens later than that, so many
worlds can take their rounds together, with one question to Node and one transaction for all of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from curbside.domain.conversation import Conversation
from curbside.domain.news import Appended
from curbside.domain.people import Person
from tests.simulation import people
from tests.simulation.people import Player, Typed
from tests.simulation.server import Line, Node

STEP = 25
BUSY_MS = 16_000
QUIET_MS = 30_000
SERVER_MUTANTS = ("acknowledge_early", "no_receipts", "no_heads_sent", "epoch_kept")
_encode = msgspec.json.Encoder().encode


class World:
    """Everything that happens for one seed. The same seed gives the same world."""

    def __init__(self, seed: int, cast: dict[str, Person], mutant: str | None = None) -> None:
        self.seed, self.mutant, self.random = seed, mutant, Random(seed)
        self.client_mutant = None if mutant in SERVER_MUTANTS else mutant
        self.now = 0
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0
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

    # -- time ---------------------------------------------------------------------------------------------------

    def at(self, time: int, what: Callable[..., None], *args: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, (int(time), self._count, what, args))

    def later(self, delay: float, what: Callable[..., None], *args: Any) -> None:
        self.at(self.now + STEP + int(delay), what, *args)

    def round(self) -> bool:
        """Let everything of the next step happen. Return False when nothing more does."""
        if not self._heap or self._heap[0][0] > BUSY_MS + QUIET_MS:
            return False
        until = self._heap[0][0] + STEP
        while self._heap and self._heap[0][0] < until and self.copying is None:
            self.now, _, what, args = heapq.heappop(self._heap)
            what(*args)
        return True

    # -- the plan -----------------------------------------------------------------------------------------------

    def _plan(self, company: list[str]) -> None:
        for name in self.people:
            self.at(self.random.randint(0, 2_000), self._start, name)
        for time, who, what, talk in people.script(self.random, company, BUSY_MS - 2_000):
            self.at(time, self._act, who, what, self.talks[talk])
        for _ in range(self.random.randint(0, 4)):
            fault = self.random.choice((self._cut, self._cut, self._crash, self._kill, self._kill))
            self.at(self.random.randint(500, BUSY_MS), fault)
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
                self._input(name, {"kind": "online"})
            for talk in self.talks:
                if player.works and talk in self.latest:
                    self._act(name, people.OPEN, talk)

    # -- people -------------------------------------------------------------------------------------------------

    def _act(self, who: str, what: str, talk: str) -> None:
        player = self.people[who]
        if not player.running:
            self.at(self.now + 400, self._act, who, what, talk)
            return
        if what in (people.OPEN, people.INTRUDE):
            player.opens |= {talk} if what == people.OPEN else set()
            self._input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})
        if what == people.START:
            player.opens.add(talk)
            self._command(who, talk, {"type": "act", "verb": "start"})
            self._input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})
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
        self._input(who, {"kind": "command", "command": {**frame, "key": key, "conversation": talk}})

    def _retry(self, key: str) -> None:
        self._input(self.journal[key].who, {"kind": "retry", "key": key})

    # -- clients ------------------------------------------------------------------------------------------------

    def name_in_node(self, who: str) -> str:
        return f"{self.seed}.{who}"

    def ask(self, who: str, what: bytes, *, reply: bool = False) -> None:
        line = b'{"client":"%b",%b}' % (self.name_in_node(who).encode(), what)
        self.asked.append((line, who if reply else None, self.now))

    def _input(self, who: str, given: dict[str, Any]) -> None:
        if self.people[who].running:
            self.ask(who, b'"now":%d,"quiet":true,"input":%b' % (self.now, _encode(given)), reply=True)

    def _start(self, who: str) -> None:
        player = self.people[who]
        player.lives += 1
        player.running, player.wake = True, -1
        created = {"seed": self.seed * 31 + player.lives * 7 + len(who), "mutant": self.client_mutant}
        self.ask(who, b'"create":%b' % _encode(created))
        self._input(who, {"kind": "start", "token": who, "device": "d" * 22, "tab": "t" * 22})
        for talk in sorted(player.opens):
            self._input(who, {"kind": "subscribe", "topic": f"conversation:{talk}"})

    def answered(self, who: str, asked_at: int, answer: Any) -> None:
        """Do what a client asks for."""
        self.now = asked_at
        if "kept" in answer:
            self._input_later(who, {"kind": "kept", "kept": answer["kept"]})
        for output in answer.get("outputs", ()):
            _DO[output["kind"]](self, who, output)

    def _input_later(self, who: str, given: dict[str, Any]) -> None:
        self.later(0, self._for_life, who, self.people[who].lives, given)

    def _for_life(self, who: str, life: int, given: dict[str, Any]) -> None:
        if self.people[who].lives == life:
            self._input(who, given)

    def _connect(self, who: str, output: Any) -> None:
        self._hang_up(who, output)
        self.later(self.random.randint(5, 200), self._arrive, who, self.people[who].lives)

    def _arrive(self, who: str, life: int) -> None:
        if self.people[who].lives != life:
            return
        node = self.random.choice(self.nodes)
        refused = self.now < node.up_from or (not self.quiet and self.random.random() < 0.05)
        if refused:
            self._input(who, {"kind": "closed"})
            return
        self.lines[who] = Line(self, who, node)
        self._input(who, {"kind": "opened"})

    def _hang_up(self, who: str, output: Any) -> None:
        line, self.lines[who] = self.lines[who], None
        if line is not None:
            line.alive = False
            self.later(self.random.randint(0, 500), line.leave)

    def _send(self, who: str, output: Any) -> None:
        line, frame = self.lines[who], output["frame"]
        if "key" in frame and frame["key"] in self.journal:
            self.journal[frame["key"]].on_the_wire = True
        if line is None:
            return
        line.last_up = max(line.last_up, self.now + STEP + self.random.randint(0, 150))
        text = _encode(frame).decode()
        self.at(line.last_up, self._up, line, text)
        if "key" in frame and not self.quiet and self.random.random() < 0.08:
            self.at(line.last_up + self.random.randint(0, 50), self._up, line, text)  # a network that repeats

    def _wake(self, who: str, output: Any) -> None:
        player = self.people[who]
        player.wake = max(int(output["at"]) + 1, self.now + STEP)
        self.at(player.wake, self._tick, who, player.wake)

    def _tick(self, who: str, wake: int) -> None:
        if self.people[who].wake == wake:
            self.people[who].wake = -1
            self._input(who, {"kind": "tick"})

    def _unseal(self, who: str, output: Any) -> None:
        self.later(self.random.randint(0, 100), self._open_store, who, self.people[who].lives)

    def _open_store(self, who: str, life: int) -> None:
        if self.people[who].running and self.people[who].lives == life:
            self.ask(who, b'"kept":true', reply=True)

    def _renew(self, who: str, output: Any) -> None:
        self._input_later(who, {"kind": "token", "token": who})

    def _arrived(self, who: str, output: Any) -> None:
        self.people[who].arrived.append(f"{self.people[who].lives}/{output['item']['key']}")

    def _answer(self, who: str, output: Any) -> None:
        typed = self.journal[output["key"]]
        if output["ok"]:
            typed.acked = True
            return
        typed.failed, typed.tries = True, typed.tries + 1
        if output["frame"]["code"] == "not_claimed":
            self._act(who, people.CLAIM, typed.conversation)
        if typed.tries <= 5 and typed.text not in ("claim", "resolve") and who in ("dana", "priya", "cal"):
            self.later(1_500, self._retry, typed.key)

    def _nothing(self, who: str, output: Any) -> None:
        """Drafts are tested where they live."""

    # -- the network --------------------------------------------------------------------------------------------

    def _up(self, line: Line, text: str) -> None:
        if line.alive and line.served:
            line.run(line.connection.receive(text, self.now))

    def down(self, line: Line, frame: bytes) -> None:
        """Bring a frame to a client: in order, late, or (an event, an answer) not at all."""
        self._look_for_leaks(line, frame)
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

    def _look_for_leaks(self, line: Line, frame: bytes) -> None:
        if b"-CANARY" not in frame:
            return
        person = line.person
        wrong = person.kind == "contact" and (b"STAFF-CANARY" in frame or b"HOUSE-CANARY" in frame)
        wrong |= not people.is_house(person) and b"HOUSE-CANARY" in frame
        wrong |= line.client in ("eve", "olaf") and b"CANARY" in frame
        if wrong:
            self.leaks.append(f"{line.client}: {frame[:200]!r}")

    def _cut(self) -> None:
        who = self.random.choice(list(self.people))
        self._break(self.lines[who], told=self.random.random() < 0.8)

    def _break(self, line: Line | None, *, told: bool) -> None:
        """Lose a connection with everything that was under way on it; `told` means that the client notices."""
        if line is None or not line.alive:
            return
        line.alive = False
        self.later(self.random.choice((0, 0, 8_000)), line.leave)
        if self.lines[line.client] is line:
            self.lines[line.client] = None
            if told:
                self._input_later(line.client, {"kind": "closed"})

    def _crash(self) -> None:
        who = self.random.choice(list(self.people))
        player = self.people[who]
        if not player.running:
            return
        self._hang_up(who, None)
        player.running, player.crashed_at = False, self.now
        self.ask(who, b'"crash":true')
        self.later(self.random.randint(50, 3_000), self._start, who)

    # -- the server ---------------------------------------------------------------------------------------------

    def _kill(self, node: Node | None = None) -> None:
        """End a process: what it had not committed and every connection are gone."""
        node = node or self.random.choice(self.nodes)
        lines = sorted(node.lines, key=lambda line: line.client)
        node.begin()
        node.up_from = self.now + self.random.randint(50, 1_500)
        for line in lines:
            self._break(line, told=self.random.random() < 0.9)

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
            self._kill(line.node)
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
                self._kill(node)
            self.epoch += 1
            self.latest.clear()
            self.performing.clear()
            self.loading.clear()
        self.copying = what

    @property
    def shown_epoch(self) -> str:
        return "e0" if self.mutant == "epoch_kept" else f"e{self.epoch}"


_DO: dict[str, Callable[[World, str, Any], None]] = {
    "connect": World._connect,
    "send": World._send,
    "close": World._hang_up,
    "wake": World._wake,
    "renew": World._renew,
    "unseal": World._unseal,
    "arrived": World._arrived,
    "mentioned": World._nothing,
    "called": World._nothing,  # no world has calls: a refusal that came too late to matter
    "answered": World._answer,
    "ended": World._nothing,
}
