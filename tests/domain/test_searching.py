"""Words are found by how they begin, whatever their case or accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain import searching


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("The order screen is blank", "scr", True),
        ("The order screen is blank", "SCREEN order", True),
        ("The order screen is blank", "creen", False),
        ("Médication façade", "medication FACADE", True),
        ("electroencephalography", "electroen", True),
        ("electroencephalography", "electroez", False),
        ("error K7-204", "k7 204", True),
        ("it is", "i", False),
    ],
)
def test_what_is_found(text: str, query: str, found: bool) -> None:
    there = searching.words(text)
    assert all(searching.begins(there, word) for word in searching.query_words(query)) is found


@given(st.text(max_size=80), st.data())
def test_the_index_never_misses_what_is_there(text: str, data: st.DataObject) -> None:
    there = searching.words(text)
    if not there:
        return
    word = data.draw(st.sampled_from(there))
    wanted = word[: data.draw(st.integers(min_value=min(3, len(word)), max_value=len(word)))]
    assert searching.token_of(wanted) in searching.tokens(text)
    assert searching.begins(there, wanted)


@given(st.text(max_size=400), st.text(min_size=1, max_size=10))
def test_a_snippet_is_short_and_one_line(text: str, query: str) -> None:
    part = searching.snippet(text, searching.query_words(query))
    assert len(part) <= 122 and "\n" not in part


def test_a_snippet_shows_what_was_looked_for() -> None:
    text = "word " * 100 + "the printer in ward seven is on fire " + "word " * 100
    assert "printer" in searching.snippet(text, ["printer"])
