"""Audiences nest, and each counts what it may see."""

from hypothesis import given
from hypothesis import strategies as st

from curbside.domain.audience import START, Audience

AUDIENCES = st.sampled_from(Audience)


def test_contact_is_part_of_staff_and_staff_of_house() -> None:
    seen = {reader: [event.word for event in Audience if reader.sees(event)] for reader in Audience}
    assert seen == {
        Audience.CONTACT: ["contact"],
        Audience.STAFF: ["contact", "staff"],
        Audience.HOUSE: ["contact", "staff", "house"],
    }


@given(st.lists(AUDIENCES))
def test_every_reader_counts_what_they_may_see_without_a_gap(timeline: list[Audience]) -> None:
    numbers, seen = START, {reader: [0] for reader in Audience}
    for audience in timeline:
        numbers = numbers.after(audience)
        for reader in Audience:
            if reader.sees(audience):
                seen[reader].append(numbers.of(reader))
    for reader in Audience:
        assert seen[reader] == list(range(len(seen[reader])))
        assert numbers.of(reader) == sum(reader.sees(audience) for audience in timeline)


@given(AUDIENCES)
def test_a_word_names_its_audience(audience: Audience) -> None:
    assert Audience.of(audience.word) is audience
