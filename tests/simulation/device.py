"""What a person's device does when the client's core asks for it: lines, alarms, what is kept, and what is shown.

Each takes the world, whose device it is, and the output of the core that asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.json import encode

from tests.simulation import people
from tests.simulation.clock import STEP
from tests.simulation.server import Line

if TYPE_CHECKING:
    from tests.simulation.world import World


def connect(world: World, who: str, output: Any) -> None:
    """Open a line, in place of any that is open; it arrives a little later, or not."""
    hang_up(world, who, output)
    world.later(world.random.randint(5, 200), _arrive, world, who, world.people[who].lives)


def _arrive(world: World, who: str, life: int) -> None:
    if world.people[who].lives != life:
        return
    node = world.random.choice(world.nodes)
    refused = world.now < node.up_from or (not world.quiet and world.random.random() < 0.05)
    if refused:
        world.input(who, {"kind": "closed"})
        return
    world.lines[who] = Line(world, who, node)
    world.input(who, {"kind": "opened"})


def hang_up(world: World, who: str, output: Any) -> None:
    """End the line; the server hears of it later."""
    line, world.lines[who] = world.lines[who], None
    if line is not None:
        line.alive = False
        world.later(world.random.randint(0, 500), line.leave)


def send(world: World, who: str, output: Any) -> None:
    """Put a frame on the line, in order; a network may repeat one that bears a key."""
    line, frame = world.lines[who], output["frame"]
    if "key" in frame and frame["key"] in world.journal:
        world.journal[frame["key"]].on_the_wire = True
    if line is None:
        return
    line.last_up = max(line.last_up, world.now + STEP + world.random.randint(0, 150))
    text = encode(frame).decode()
    world.at(line.last_up, world.up, line, text)
    if "key" in frame and not world.quiet and world.random.random() < 0.08:
        world.at(line.last_up + world.random.randint(0, 50), world.up, line, text)  # a network that repeats


def wake(world: World, who: str, output: Any) -> None:
    """Wake the core at its moment, unless it asks for another one meanwhile."""
    player = world.people[who]
    player.wake = max(int(output["at"]) + 1, world.now + STEP)
    world.at(player.wake, _tick, world, who, player.wake)


def _tick(world: World, who: str, wake: int) -> None:
    if world.people[who].wake == wake:
        world.people[who].wake = -1
        world.input(who, {"kind": "tick"})


def unseal(world: World, who: str, output: Any) -> None:
    """Open what is kept on the device."""
    world.later(world.random.randint(0, 100), _open_store, world, who, world.people[who].lives)


def _open_store(world: World, who: str, life: int) -> None:
    if world.people[who].running and world.people[who].lives == life:
        world.ask(who, b'"kept":true', reply=True)


def renew(world: World, who: str, output: Any) -> None:
    """Give the core another token."""
    world.input_later(who, {"kind": "token", "token": who})


def arrived(world: World, who: str, output: Any) -> None:
    """Note what is shown as new."""
    world.people[who].arrived.append(f"{world.people[who].lives}/{output['item']['key']}")


def answer(world: World, who: str, output: Any) -> None:
    """Note how a command went; who can do something about a refusal does it."""
    typed = world.journal[output["key"]]
    if output["ok"]:
        typed.acked = True
        return
    typed.failed, typed.tries = True, typed.tries + 1
    if output["frame"]["code"] == "not_claimed":
        world.act(who, people.CLAIM, typed.conversation)
    if typed.tries <= 5 and typed.text not in ("claim", "resolve") and who in ("dana", "priya", "cal"):
        world.later(1_500, world.retry, typed.key)


def nothing(world: World, who: str, output: Any) -> None:
    """Drafts are tested where they live."""


DO: dict[str, Callable[[World, str, Any], None]] = {
    "connect": connect,
    "send": send,
    "close": hang_up,
    "wake": wake,
    "renew": renew,
    "unseal": unseal,
    "arrived": arrived,
    "mentioned": nothing,
    "called": nothing,  # no world has calls: a refusal that came too late to matter
    "answered": answer,
    "ended": nothing,
}
