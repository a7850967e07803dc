"""What goes wrong in a world: lines that are cut, pages that crash, processes that are killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation import device
from tests.simulation.server import Line, Node

if TYPE_CHECKING:
    from tests.simulation.world import World


def cut(world: World) -> None:
    """Lose somebody's connection; mostly they notice."""
    who = world.random.choice(list(world.people))
    _break(world, world.lines[who], told=world.random.random() < 0.8)


def crash(world: World) -> None:
    """End somebody's page without a word; it is opened again."""
    who = world.random.choice(list(world.people))
    player = world.people[who]
    if not player.running:
        return
    device.hang_up(world, who, None)
    player.running, player.crashed_at = False, world.now
    world.ask(who, b'"crash":true')
    world.later(world.random.randint(50, 3_000), world.start, who)


def kill(world: World, node: Node | None = None) -> None:
    """End a process: what it had not committed and every connection are gone."""
    node = node or world.random.choice(world.nodes)
    lines = sorted(node.lines, key=lambda line: line.client)
    node.begin()
    node.up_from = world.now + world.random.randint(50, 1_500)
    for line in lines:
        _break(world, line, told=world.random.random() < 0.9)


def _break(world: World, line: Line | None, *, told: bool) -> None:
    """Lose a connection with everything that was under way on it; `told` means that the client notices."""
    if line is None or not line.alive:
        return
    line.alive = False
    world.later(world.random.choice((0, 0, 8_000)), line.leave)
    if world.lines[line.client] is line:
        world.lines[line.client] = None
        if told:
            world.input_later(line.client, {"kind": "closed"})
