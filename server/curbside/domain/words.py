"""References that can be said aloud on the telephone: never a key to anything (features A15)."""

from __future__ import annotations

from collections.abc import Iterator

# No letter that sounds or looks like another one, or like a digit: not B, D, E, G, I, M, O, P, S, T, V, Z.
_LETTERS = "ACFHJKLNQRUWXY"


def references(entropy: int) -> Iterator[str]:
    """Yield references to try, `K7-204` first, longer ones when short ones are taken. `entropy` has 128 bits."""
    while True:
        for digits in (3, 3, 4, 4, 5, 6, 7, 8):
            entropy, letter = divmod(entropy, len(_LETTERS))
            entropy, first = divmod(entropy, 10)
            entropy, rest = divmod(entropy, 10**digits)
            yield f"{_LETTERS[letter]}{first}-{rest:0{digits}d}"
        entropy += 0x9E3779B97F4A7C15F39CC0605CEDC835
