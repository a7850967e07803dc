"""References that can be said aloud on the telephone: never a key to anything (features A15)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import cycle

# No letter that sounds or looks like another one, or like a digit: not B, D, E, G, I, M, O, P, S, T, V, Z.
_LETTERS = "ACFHJKLNQRUWXY"


def references(entropy: int) -> Iterator[str]:
    """Yield references to try, `K7-204` first, longer ones when short ones are taken. `entropy` has 128 bits."""
    for turn, digits in enumerate(cycle((3, 3, 4, 4, 5, 6, 7, 8))):
        drawn = hashlib.blake2b(f"{entropy}:{turn}".encode(), digest_size=16).digest()
        number, letter = divmod(int.from_bytes(drawn), len(_LETTERS))
        number, first = divmod(number, 10)
        yield f"{_LETTERS[letter]}{first}-{number % 10**digits:0{digits}d}"
