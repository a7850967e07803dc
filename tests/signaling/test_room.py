"""A room on a real Janus: real peers send once, and get what the others send."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from curbside.demo.janus import mixing
from curbside_signaling.media import ROOM, Said
from curbside_signaling.media import room as rooms
from curbside_signaling.media.janus import Janus, JanusRefused, Server
from tests.signaling.talking import talking


async def test_each_sends_once_and_gets_voice_picture_and_beat_of_each_other(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim", "bo")
        for who in ("dana", "kim", "bo"):
            await talk.send(who)
        await talk.all_get_all("dana", "kim", "bo")
        assert len(talk.getting) == 6 and talk.lost == 0


async def test_who_is_not_wanted_any_more_is_seen_by_nobody_and_sees_nobody(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim", "bo")
        for who in ("dana", "kim", "bo"):
            await talk.send(who)
        await talk.all_get_all("dana", "kim", "bo")
        talk.want("dana", "kim")
        bos = [talk.sending["bo"], *(one for place, one in talk.getting.items() if "bo" in place)]
        await talk.until(lambda: all(one.connectionState in ("closed", "failed") for one in bos))
        await talk.all_get_all("dana", "kim")


async def test_who_comes_back_with_another_page_is_shown_anew(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.send("kim")
        await talk.all_get_all("dana", "kim")
        await talk.sending["kim"].close()
        talk.want("dana", "kim", generation=2)
        await talk.send("dana", generation=2)
        await talk.send("kim", generation=2)
        await talk.until(lambda: [offer.generation for offer in talk.offers].count(2) == 2)
        await talk.all_get_all("dana", "kim")


async def test_whoever_is_not_wanted_sends_nothing_whatever_they_say(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.send("kim")
        await talk.send("eve")
        offered = talk.sending["kim"].localDescription.sdp
        talk.room.hear(Said("kim", ROOM, 7, 1, "offer", offered))  # of a page that is none of theirs now
        await talk.until(lambda: len(talk.offers) == 2)
        await asyncio.sleep(0.5)
        assert {(offer.sender, offer.to) for offer in talk.offers} == {("dana", "kim"), ("kim", "dana")}
        assert set(talk.room._sending) == {"dana", "kim"}
        assert talk.sending["eve"].remoteDescription is None


async def test_what_the_wary_send_reaches_nobody_whose_media_they_have_not_taken(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.deaf = {"dana"}
        talk.want("dana", "kim", wary="dana")
        await talk.send("dana")
        await talk.send("kim")
        await talk.until(lambda: [(offer.sender, offer.to) for offer in talk.offers] == [("kim", "dana")])
        await talk.until(lambda: talk.sending["dana"].connectionState == "connected")
        await asyncio.sleep(0.5)
        assert len(talk.offers) == 1
        await talk._get(talk.offers[0])
        await talk.all_get_all("dana", "kim")


async def test_what_is_said_twice_is_done_once_and_nonsense_harms_only_whoever_says_it(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        for _ in range(2):
            talk.room.hear(Said("dana", ROOM, 1, 1, "offer", "v=0\r\nnot a description\r\n"))
        talk.room.hear(Said("dana", "bo", 1, 1, "answer", "v=0\r\n"))  # to nothing
        talk.room.hear(Said("dana", ROOM, 1, 1, "answer", "v=0\r\n"))
        await talk.send("kim")
        await talk.send("dana", n=2)
        await talk.all_get_all("dana", "kim")
        offers = len(talk.offers)
        again = replace(talk.offers[0], sender="dana", to="kim", type="answer")
        talk.room.hear(again)
        await asyncio.sleep(0.3)
        assert len(talk.offers) == offers and talk.lost == 0


async def test_no_address_that_a_browser_names_reaches_the_media_server(janus: Server) -> None:
    said: list[str] = []
    async with talking(janus) as talk:
        ask = talk.room._janus.message

        async def message(handle: int, body: object, jsep: dict[str, str] | None = None) -> object:
            said.append(jsep["sdp"] if jsep else "")
            return await ask(handle, body, jsep)  # type: ignore[arg-type]

        talk.room._janus.message = message  # type: ignore[method-assign, assignment]
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.send("kim")
        await talk.all_get_all("dana", "kim")
    assert "a=ice-ufrag" in "".join(said) and "candidate" not in "".join(said)


async def test_people_go_on_talking_while_nobody_minds_the_room(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.send("kim")
        await talk.all_get_all("dana", "kim")
        await talk.rooms.stop()
        await asyncio.sleep(0.5)
        await talk.all_get_all("dana", "kim")
        assert talk.lost == 0


async def test_a_room_that_is_closed_is_over_for_everybody(janus: Server) -> None:
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.send("kim")
        await talk.all_get_all("dana", "kim")
        talk.room.close()
        everybody = [*talk.sending.values(), *talk.getting.values()]
        await talk.until(lambda: all(one.connectionState in ("closed", "failed") for one in everybody))
        assert talk.lost == 0


async def test_a_media_server_that_dies_or_cannot_be_had_is_told_once(tmp_path: Path) -> None:
    with mixing(tmp_path) as server:
        if server is None:
            pytest.skip("Janus is not installed")
        async with talking(Server(server.url, "another secret")) as refused:
            await refused.until(lambda: refused.lost == 1)
        async with talking(server) as talk:
            talk.want("dana", "kim")
            await talk.send("dana")
            await talk.until(lambda: talk.sending["dana"].connectionState == "connected")
    async with talking(server) as late:
        await late.until(lambda: late.lost == 1)


async def test_a_room_that_dies_in_a_call_is_told_once(tmp_path: Path) -> None:
    with mixing(tmp_path) as server:
        if server is None:
            pytest.skip("Janus is not installed")
        async with talking(server) as talk:
            talk.want("dana", "kim")
            await talk.send("dana")
            await talk.until(lambda: bool(talk.room._sending))
            assert talk.room._janus._line is not None
            await talk.room._janus._line.close()
            await talk.until(lambda: talk.lost == 1)
            await asyncio.sleep(0.1)
            assert talk.lost == 1 and talk.room.work.done()


async def test_a_media_server_that_no_browser_reaches_is_given_up(
    janus: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "REACHED_WITHIN_S", 0.3)
    async with talking(janus) as talk:
        talk.want("dana", "kim")
        await talk.send("dana")
        await talk.sending["dana"].close()  # it offers, and never comes
        await talk.until(lambda: talk.lost == 1)


async def test_nobody_makes_a_room_or_enters_one_without_the_secret(janus: Server) -> None:
    stranger = Janus(Server(janus.url, "guess"), lambda event: None, lambda: None)
    with pytest.raises(JanusRefused, match="403"):
        await stranger.start()
    await stranger.stop()
    async with talking(janus) as talk:
        talk.want("dana")
        await talk.send("dana")
        await talk.until(lambda: bool(talk.room._sending))
        colleague = Janus(janus, lambda event: None, lambda: None)
        await colleague.start()
        handle = await colleague.attach()
        asked = {"request": "join", "ptype": "publisher", "room": talk.room._room, "pin": "guess"}
        with pytest.raises(JanusRefused):
            await colleague.message(handle, asked)
        await colleague.end()
        await colleague.stop()
