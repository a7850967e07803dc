"""References that can be said on the telephone."""

import re
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.words import references

ENTROPY = st.integers(0, 2**128 - 1)


@given(ENTROPY)
def test_a_reference_has_a_letter_that_sounds_like_no_other_a_digit_and_a_number(entropy: int) -> None:
    for reference in islice(references(entropy), 20):
        assert re.fullmatch(r"[ACFHJKLNQRUWXY]\d-\d{3,8}", reference)


@given(ENTROPY)
def test_short_ones_are_tried_first_and_there_is_always_another(entropy: int) -> None:
    tried = list(islice(references(entropy), 40))
    assert [len(reference) for reference in tried[:8]] == [6, 6, 7, 7, 8, 9, 10, 11]
    assert len(set(tried)) > 8


@given(ENTROPY)
def test_the_same_entropy_gives_the_same_reference(entropy: int) -> None:
    assert next(references(entropy)) == next(references(entropy))
