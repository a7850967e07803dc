"""Every command happens once, whatever the network does; and the first to claim wins."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from sqlalchemy import Connection, select

from curbside.actions.receipts import Done, fingerprint
from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.errors import Refused
from curbside.domain.people import Actor
from curbside.store.ledger import events, receipts
from curbside.store.verify import verify
from tests import builders
from tests.ground import Ground, claim, message, note, start


def refusal(answer: object) -> Refused:
    assert isinstance(answer, Refused)
    return answer


def test_the_same_key_with_the_same_content_gets_the_same_answer(ground: Ground) -> None:
    dana = ground.contact()
    begin = start()
    started = ground.perform(dana, begin)
    said = message(begin.conversation)
    first = ground.perform(dana, said)
    for command, done in ((begin, started), (said, first)):
        again = ground.perform(dana, command)
        assert again.duplicate and not done.duplicate
        assert (again.conversation, again.seq, again.at, again.result) == (
            done.conversation,
            done.seq,
            done.at,
            done.result,
        )
    assert [event.kind for event in ground.events(dana, begin.conversation)] == ["started", "message"]


def test_the_same_key_with_another_content_is_a_conflict(ground: Ground) -> None:
    dana = ground.contact()
    begin = start()
    ground.perform(dana, begin)
    said = message(begin.conversation, "One")
    ground.perform(dana, said)
    others: tuple[ask.Command, ...] = (
        message(begin.conversation, "Two", key=said.key),
        ask.Reopen(key=said.key, conversation=begin.conversation),
        ask.Reopen(key=begin.key, conversation=begin.conversation),
    )
    for other in others:
        with pytest.raises(Refused, match="conflict"):
            ground.perform(dana, other)
    assert len(ground.events(dana, begin.conversation)) == 2


def test_a_refused_command_leaves_no_receipt_and_may_be_asked_again(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start()
    ground.perform(dana, begin)
    answer = message(begin.conversation)
    with pytest.raises(Refused, match="not_claimed"):
        ground.perform(priya, answer)
    ground.perform(priya, claim(begin.conversation))
    assert not ground.perform(priya, answer).duplicate


def test_a_repetition_in_the_same_transaction_happens_once(ground: Ground) -> None:
    dana = ground.contact()
    begin = start()
    said = message(begin.conversation)
    outcome = ground.together((dana, begin), (dana, begin), (dana, said), (dana, said), (dana, said))
    assert [done.duplicate for done in outcome.answers] == [False, True, False, True, True]
    assert len({(done.seq, done.at) for done in outcome.answers[2:]}) == 1
    assert len(ground.events(dana, begin.conversation)) == 2


def test_another_persons_key_is_not_ones_own(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start()
    ground.perform(dana, begin)
    ground.perform(priya, claim(begin.conversation))
    said = message(begin.conversation)
    ground.perform(dana, said)
    with pytest.raises(Refused, match="conflict"):
        ground.perform(priya, said)
    stranger = ground.contact("Eve", of=builders.OTHER_TENANT)
    with pytest.raises(Refused, match="not_found"):
        ground.perform(stranger, said)


def test_two_agents_claim_one_wins_and_the_other_is_told_who(ground: Ground) -> None:
    dana, priya, marco = ground.contact(), ground.agent("Priya Nair"), ground.agent("Marco Diaz")
    begin = start()
    ground.perform(dana, begin)
    outcome = ground.together((priya, claim(begin.conversation)), (marco, claim(begin.conversation)))
    won, lost = outcome.answers
    assert isinstance(won, Done)
    assert (refusal(lost).code, refusal(lost).detail) == ("already_claimed", {"winner": "Priya Nair"})
    assert ground.state(builders.TENANT, begin.conversation).agent == priya.id


def test_nobody_claims_more_than_their_capacity_even_at_once(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begun = [start() for _ in range(6)]
    ground.together(*((dana, one) for one in begun))
    outcome = ground.together(*((priya, claim(one.conversation)) for one in begun))
    assert [isinstance(answer, Done) for answer in outcome.answers] == [True] * 4 + [False] * 2
    assert {refusal(answer).code for answer in outcome.answers[4:]} == {"at_capacity"}


def test_one_id_is_one_conversation(ground: Ground) -> None:
    dana, eve = ground.contact(), ground.contact("Eve Stone")
    begin = start()
    ground.perform(dana, begin)
    with pytest.raises(Refused, match="conflict"):
        ground.perform(eve, start(conversation=begin.conversation))
    other = ground.contact("Olaf", of=builders.OTHER_TENANT)
    assert not ground.perform(other, start(conversation=begin.conversation)).duplicate
    assert len(ground.events(dana, begin.conversation)) == 1


def test_what_is_told_is_what_was_committed_in_its_order(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start()
    said = [message(begin.conversation, str(n)) for n in range(5)]
    outcome = ground.together((dana, begin), *((dana, one) for one in said), (priya, claim(begin.conversation)))
    told = [event for news in outcome.told for event in news.events]
    assert told == ground.events(priya, begin.conversation)
    befores = [news.before for news in outcome.told]
    assert befores[1:] == [news.after for news in outcome.told][:-1]


def test_a_batch_is_what_its_commands_would_have_been_one_by_one(ground: Ground) -> None:
    seeded = random.Random(11)
    people: dict[str, Actor] = {"d": ground.contact(), "p": ground.agent(), "m": ground.agent(partner="outside")}
    ground.conversations.open_max = 100  # one person stands for many
    for _ in range(12):
        batch = [(seeded.choice("dpm"), seeded.choice(WHAT)) for _ in range(seeded.randint(1, 14))]
        places = [start(), start()]
        asked: list[list[tuple[Actor, ask.Command]]] = [[(people["d"], one)] for one in places]
        for who, what in batch:
            for place, commands in zip(places, asked, strict=True):
                commands.append((people[who], _command(place.conversation, what, commands)))
        together = [outcome_of(answer) for answer in ground.together(*asked[0]).answers]
        singly = [outcome_of(ground.together(one).answers[0]) for one in asked[1]]
        assert together == singly, batch
        assert shape(ground, places[0].conversation) == shape(ground, places[1].conversation)
        assert all(ground.read(partial(faults_of, ground, *place_of(place))) == [] for place in places)
        ground.together(
            *((people["p"], ask.Release(key=builders.new_id(), conversation=p.conversation)) for p in places)
        )


def test_a_repetition_of_what_was_refused_in_the_same_batch_is_refused_for_the_same_reason(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start()
    ground.perform(dana, begin)
    answer = message(begin.conversation)
    codes = [refusal(one).code for one in ground.together((priya, answer), (priya, answer)).answers]
    assert codes == ["not_claimed", "not_claimed"]


WHAT = ("say", "note", "claim", "empty", "again")


def place_of(begun: ask.Start) -> tuple[str, str]:
    return (builders.TENANT, begun.conversation)


def faults_of(ground: Ground, tenant: str, conversation: str, connection: Connection) -> Sequence[object]:
    return verify(connection, ground.keys, tenant, conversation)


def _command(conversation: str, what: str, before: list[tuple[Actor, ask.Command]]) -> ask.Command:
    if what == "again":
        return before[-1][1]
    made: dict[str, Callable[[str], ask.Command]] = {
        "say": message,
        "note": note,
        "claim": claim,
        "empty": lambda c: message(c, " "),
    }
    return made[what](conversation)


def outcome_of(answer: object) -> object:
    if isinstance(answer, Done):
        return (answer.seq, answer.duplicate)
    return refusal(answer).code


def shape(ground: Ground, conversation: str) -> object:
    events = ground.seen_by(Audience.HOUSE, builders.TENANT, conversation)
    return [(event.kind, event.numbers, event.author["id"]) for event in events]


def test_of_an_erased_text_not_even_a_hash_is_left_and_its_key_gets_the_same_answer(ground: Ground) -> None:
    dana = ground.contact()
    begin = start()
    ground.perform(dana, begin)
    said = message(begin.conversation, "Fern")
    edited = ask.Edit(key=builders.new_id(), conversation=begin.conversation, target=said.key, body=ask.Words(text="F"))
    done = [ground.perform(dana, one) for one in (said, edited)]
    ground.perform(dana, ask.Delete(key=builders.new_id(), conversation=begin.conversation, target=said.key))
    hashes = {ground.conversations.fingerprint(one) for one in (said, edited)}
    for table in (events, receipts):
        left = ground.read(lambda connection, table=table: connection.execute(select(table.c.asked)).scalars().all())  # type: ignore[misc]
        assert left and not hashes & {bytes(one) for one in left if one is not None}
    again = [ground.perform(dana, one) for one in (said, edited)]
    assert [(one.duplicate, one.seq, one.at) for one in again] == [(True, one.seq, one.at) for one in done]


def test_what_was_asked_is_hashed_under_a_key_of_the_installation(ground: Ground) -> None:
    said = message(builders.new_id(), "Fern")
    assert fingerprint(said, bytes(32)) != fingerprint(said, bytes([1]) * 32) == fingerprint(said, bytes([1]) * 32)
    assert ground.conversations.fingerprint(said) == fingerprint(said, ground.keys.root("asked"))
