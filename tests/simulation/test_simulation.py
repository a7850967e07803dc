"""The promises of the protocol, held against thousands of seeded worlds in which everything goes wrong.

The server's core and the client's are the real ones (`docs/design`: no second copy of either). A failing seed is
printed; `CURBSIDE_SEED=123 pytest tests/simulation` lives through that world alone, `CURBSIDE_SEEDS` says how many.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import count

import pytest

from tests.ground import in_memory
from tests.simulation import pipe
from tests.simulation.judge import Fault
from tests.simulation.run import Simulation
from tests.simulation.world import SERVER_MUTANTS

SEED = os.environ.get("CURBSIDE_SEED")
SEEDS = int(os.environ.get("CURBSIDE_SEEDS", "200"))
SHARDS = 4
FEW = range(1_000_000, 1_000_030)
MUTANTS = {
    "acknowledge_early": {"lost"},
    "no_receipts": {"phantom"},
    "no_heads_sent": {"view"},
    "epoch_kept": {"lost", "view"},
    "no_dedupe": {"shown twice"},
    "no_heads": {"view"},
    "pipelining": {"out of order"},
    "no_epoch": {"lost", "view"},
}


@pytest.fixture(scope="session")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """One database in memory and one Node process, for every world of this process."""
    ticks = count(1_790_000_000_000)
    with in_memory(lambda: next(ticks)) as ground, pipe.running(tmp_path_factory.mktemp("pipe")) as clients:
        yield Simulation(ground, clients)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_goes_wrong_nothing_is_lost_doubled_misordered_or_leaked(simulation: Simulation, shard: int) -> None:
    seeds = range(shard, SEEDS, SHARDS) if SEED is None else range(int(SEED), int(SEED) + (shard == 0))
    found = simulation.run(seeds)
    assert len(found) == len(seeds)
    assert _broken(found) == {}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_core_is_caught(simulation: Simulation, mutant: str) -> None:
    found = simulation.run(_worlds_for(mutant), mutant)
    kinds = {fault.kind for faults in found.values() for fault in faults}
    assert kinds >= MUTANTS[mutant]


def test_the_same_seed_is_the_same_world(simulation: Simulation) -> None:
    once, again = (simulation.run(FEW[:10], "no_heads") for _ in range(2))
    assert once == again


def test_the_worlds_in_which_mutants_are_caught_are_whole_without_one(simulation: Simulation) -> None:
    worlds = range(FEW.start, max(_worlds_for(mutant).stop for mutant in MUTANTS))
    assert _broken(simulation.run(worlds)) == {}


def test_every_mutant_is_tried() -> None:
    source = (pipe.ROOT / "widget/src/core/pipe.ts").read_text()
    table = source[source.index("const mutants") : source.index("\n};")]
    clients = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    assert "no_dedupe" in clients
    assert set(SERVER_MUTANTS) | clients == set(MUTANTS)


def _worlds_for(mutant: str) -> range:
    # A restored database is rare, so its mutants need more worlds.
    return range(FEW.start, FEW.start + 90) if "epoch" in mutant else FEW


def _broken(found: dict[int, list[Fault]]) -> dict[str, list[str]]:
    """Name the seeds that failed: each can be lived through again."""
    return {
        f"CURBSIDE_SEED={seed}": [f"{fault.kind}: {fault.where}" for fault in faults]
        for seed, faults in found.items()
        if faults
    }
