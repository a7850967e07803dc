"""How words are found again: folded to what people mean by 'the same', and looked for by how they begin. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

PREFIX_MIN = 3
PREFIX_MAX = 8
QUERY_WORDS_MAX = 8
_WORD_MAX = 64
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text in one form: no accents, no case, no compatibility variants."""
    return [found[:_WORD_MAX] for found in _WORD.findall(_fold(text))]


def tokens(text: str) -> set[str]:
    """Return what an index keeps of a text: how each word begins, from three letters to eight; short words whole."""
    found: set[str] = set()
    for word in words(text):
        found.update(word[:length] for length in range(min(PREFIX_MIN, len(word)), min(PREFIX_MAX, len(word)) + 1))
    return found


def query_words(query: str) -> list[str]:
    """Return the different words that a query asks for, at most eight."""
    return list(dict.fromkeys(words(query)))[:QUERY_WORDS_MAX]


def token_of(word: str) -> str:
    """Return what to look for in the index, for a word of a query. What it finds is to be checked by `begins`."""
    return word[:PREFIX_MAX]


def begins(text_words: list[str], wanted: str) -> bool:
    """Tell whether a text has a word that begins as wanted. Words of one or two letters must be the same."""
    if len(wanted) < PREFIX_MIN:
        return wanted in text_words
    return any(word.startswith(wanted) for word in text_words)


def snippet(text: str, wanted: list[str], length: int = 120) -> str:
    """Return the part of a text around the first word that was asked for."""
    at = next(_places(text, wanted), 0)
    start = max(0, at - length // 3)
    if start > 0:
        start = text.find(" ", start, at) + 1 or start
    part = " ".join(text[start : start + length].split())
    return f"{'…' if start > 0 else ''}{part}{'…' if start + length < len(text) else ''}"


def _places(text: str, wanted: list[str]) -> Iterator[int]:
    for match in _WORD.finditer(text):
        if any(begins(words(match[0]), word) for word in wanted):
            yield match.start()


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
