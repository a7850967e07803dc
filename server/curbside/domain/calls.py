"""The rules of calls: what a command leads to, on the timeline and in the call. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from curbside.domain import commands as ask
from curbside.domain.access import is_told_of, may_see
from curbside.domain.audience import Audience
from curbside.domain.call import Call, Invitation, Seat, card, seat_for
from curbside.domain.call_around import Around, Decision
from curbside.domain.call_facts import disclosed, seat_card, written
from curbside.domain.conversation import Conversation
from curbside.domain.deciding import reopening
from curbside.domain.errors import Refused
from curbside.domain.events import Draft
from curbside.domain.people import Actor, Agent, Contact, Person, System
from curbside.domain.writing import name_of
from curbside_signaling import CallRefused, Fact, Session, SignalRefused
from curbside_signaling.media import ROOM
from curbside_signaling.session import MOST, MOST_IN_A_ROOM

PICTURES = ("camera", "screen")
# What each refusal of call and roster is to a client.
CODES = {
    "already_accepted": "already_accepted",
    "ended": "call_over",
    "full": "call_full",
    "nobody": "nobody_free",
    "not_asked": "not_rung",
    "not_in_call": "not_in_call",
    "not_running": "not_in_call",
    "not_yours": "not_in_call",
    "stale": "stale",
}


def decide_call(
    state: Conversation, call: Call | None, command: ask.CallCommand, actor: Actor, around: Around
) -> Decision:
    """Return what `command` leads to. `call` is the one it names; for a request, the one that runs already.

    Raises Refused when the actor may not do this, or not now; `not_found` hides what they may not see.
    """
    if not may_see(actor, state):
        raise Refused("not_found")
    try:
        if isinstance(command, ask.RequestCall):
            return _request(state, call, command, actor, around)
        if call is None:
            raise Refused("not_found")
        return _VERBS[type(command)](state, call, command, actor, around)
    except CallRefused as refused:
        winner = around.names.get(refused.winner or "")
        raise Refused(CODES[refused.code], detail={"winner": winner} if refused.winner else None) from None
    except SignalRefused as refused:
        raise Refused(CODES[refused.code]) from None


def _request(
    state: Conversation, running: Call | None, command: ask.RequestCall, actor: Actor, around: Around
) -> Decision:
    person = _person(actor)
    _check_switches(around, "call", *(want for want in command.wants if want != "voice"))
    if running is not None:
        raise Refused("call_running", detail={"call": running.id})
    drafts = reopening(state, actor)
    by, contact = name_of(actor), f"contact:{state.contact}"
    rung = [f"agent:{id}" for id in around.free] if isinstance(actor, Contact) else [contact]
    most = MOST_IN_A_ROOM if around.rooms else MOST
    session = Session.request(command.call, by, rung, contact, around.now, most)
    wants = tuple(dict.fromkeys(command.wants))
    seats, off = (seat_for(person, around.new_id),), pictures_off(around.switches)
    call = Call(state.tenant, command.call, state.id, card(person), wants, session, seats, off=off)
    facts: dict[str, Any] = {"call": call.id, "by": actor.author(), "wants": wants, **disclosed(actor)}
    return Decision([*drafts, Draft("call_requested", Audience.CONTACT, facts)], call)


def _accept(state: Conversation, call: Call, command: ask.AcceptCall, actor: Actor, around: Around) -> Decision:
    person = _person(actor)
    session, facts = call.session.accept(name_of(actor), around.now)
    if not facts:
        return Decision([], None)
    drafts = []
    if isinstance(actor, Agent) and state.agent is None and state.status != "resolved":
        drafts.append(Draft("claimed", Audience.CONTACT, {"agent": actor.card()}))
    seated = replace(call.seated(seat_for(person, around.new_id)), session=session)
    if around.rooms and seated.outgrown:
        seated = seated.flowing(ROOM)
    return Decision([*drafts, *written(seated, facts, actor)], seated)


def _decline(state: Conversation, call: Call, command: ask.DeclineCall, actor: Actor, around: Around) -> Decision:
    return _step(call, call.session.decline(name_of(actor), around.now), actor, around)


def _cancel(state: Conversation, call: Call, command: ask.CancelCall, actor: Actor, around: Around) -> Decision:
    return _step(call, call.session.cancel(name_of(actor), around.now), actor, around)


def _leave(state: Conversation, call: Call, command: ask.LeaveCall, actor: Actor, around: Around) -> Decision:
    return _step(call, call.session.leave(name_of(actor), around.now), actor, around)


def _media(state: Conversation, call: Call, command: ask.ChangeMedia, actor: Actor, around: Around) -> Decision:
    seat = _seat(call, actor)
    started = [name for name in PICTURES if getattr(command, name) and not getattr(seat, name)]
    _check_switches(around, *started)
    surface = _surface(seat, command)
    if surface is not None and isinstance(actor, Contact):
        _check_surface(seat, surface, around)
    after = replace(seat, camera=command.camera, screen=command.screen, voice=command.voice, surface=surface)
    return Decision([], None) if after == seat else _shown(call, seat, after, actor, {})


def _surface(seat: Seat, command: ask.ChangeMedia) -> ask.Surface | None:
    """Return what is shown: around a window or a phone there is no page, whatever it says."""
    if not command.screen:
        return None
    return command.surface or "other" if seat.way == "page" else "other"


def _check_surface(seat: Seat, surface: ask.Surface, around: Around) -> None:
    """Refuse what a contact may not show: a telephone shows nothing, a window what its tenant lets it."""
    if surface == "other" and around.screen_share == "tab":
        raise Refused("switched_off", detail={"capability": "screen", "why": "unmasked"})
    if seat.way == "phone" or (seat.way == "window" and not around.screen_window):
        raise Refused("switched_off", detail={"capability": "screen", "why": seat.way})


def _stop_screen(state: Conversation, call: Call, command: ask.StopScreen, actor: Actor, around: Around) -> Decision:
    mine, seat = _seat(call, actor), call.seat_with(command.of)
    if seat is None or seat.id == mine.id or not call.is_in(seat.who):
        raise Refused("not_in_call")
    if not seat.screen:
        return Decision([], None)
    return _shown(call, seat, replace(seat, screen=False, surface=None), actor, {"stopped_by": actor.author()})


def _shown(call: Call, before: Seat, after: Seat, actor: Actor, more: Mapping[str, Any]) -> Decision:
    """Say what somebody sends from now on, and who sees their screen when it starts."""
    drafts = []
    if after.media() != before.media():
        facts = {"call": call.id, "by": seat_card(before), **after.media(), **more}
        if after.screen:
            facts |= {"surface": after.surface}
        if after.screen and not before.screen:
            facts |= {
                "seen_by": [seat_card(seat) for seat in call.seats if seat.id != after.id and call.is_in(seat.who)]
            }
        drafts.append(Draft("call_media", Audience.CONTACT, facts))
    return Decision(drafts, call.with_seat(after))


def _invite(state: Conversation, call: Call, command: ask.InviteToCall, actor: Actor, around: Around) -> Decision:
    if not isinstance(actor, Agent):
        raise Refused("forbidden")
    _seat(call, actor)
    colleague = around.colleague
    # A call is no way round who may see what: whoever is to hear it may see its conversation.
    # And whom they are not told of is not there for them, as when they hand over.
    if colleague is None or not is_told_of(actor, colleague) or not may_see(colleague, state):
        raise Refused("unknown_target")
    session, facts = call.session.invite(f"agent:{colleague.id}", around.now)
    if not facts:
        return Decision([], None)
    told = {"call": call.id, "by": actor.author(), "agent": colleague.card()}
    asked = replace(call, session=session).inviting(Invitation(colleague.card(), card(actor)))
    return Decision([Draft("call_invited", Audience.CONTACT, told)], asked)


def _report(state: Conversation, call: Call, command: ask.ReportCall, actor: Actor, around: Around) -> Decision:
    if call.seat(name_of(actor)) is None:
        raise Refused("not_in_call")
    return Decision([], None)


def _lapse(state: Conversation, call: Call, command: ask.Lapse, actor: Actor, around: Around) -> Decision:
    _system(actor)
    session, facts = call.session.renewed(command.leases).expire(around.now)
    return _told(replace(call, session=session), facts, actor)


def _take_out(state: Conversation, call: Call, command: ask.TakeOut, actor: Actor, around: Around) -> Decision:
    _system(actor)
    try:
        session, facts = call.session.leave(command.who, around.now, command.why)
    except SignalRefused:
        return Decision([], None)  # gone already
    return _told(replace(call, session=session), facts, actor)


def _obey_switches(
    state: Conversation, call: Call, command: ask.ObeySwitches, actor: Actor, around: Around
) -> Decision:
    """End a call that is switched off, and turn off what of it is: for everybody in it."""
    _system(actor)
    if call.over:
        return Decision([], None)
    if not around.switches.get("call", False):
        return _step(call, call.session.end("switched_off", around.now), actor, around)
    off = pictures_off(around.switches)
    wants = tuple(want for want in call.wants if want not in off) or ("voice",)
    drafts, after = list[Draft](), replace(call, off=off, wants=wants)
    for seat in call.seats:
        surface = None if "screen" in off else seat.surface
        less = {name: getattr(seat, name) and name not in off for name in PICTURES}
        if less != seat.media() and call.is_in(seat.who):
            shown = _shown(after, seat, replace(seat, **less, surface=surface), actor, {"why": "switched_off"})
            assert shown.call is not None
            drafts, after = [*drafts, *shown.drafts], shown.call
    return Decision([], None) if after == call else Decision(drafts, after)


def _ring_more(state: Conversation, call: Call, command: ask.RingMore, actor: Actor, around: Around) -> Decision:
    _system(actor)
    if call.by["kind"] != "contact":
        return Decision([], None)
    return _step(call, call.session.ring([f"agent:{id}" for id in around.free], around.now), actor, around)


def _step(call: Call, step: tuple[Session, tuple[Fact, ...]], actor: Actor, around: Around) -> Decision:
    session, facts = step
    return _told(replace(call, session=session), facts, actor) if facts else Decision([], None)


def _told(call: Call, facts: tuple[Fact, ...], actor: Actor) -> Decision:
    return Decision(written(call, facts, actor), call)


def pictures_off(switches: Mapping[str, bool]) -> tuple[str, ...]:
    """Return what of camera and screen nobody sends in a call where these are the switches."""
    return tuple(name for name in PICTURES if not switches.get(name, False))


def _check_switches(around: Around, *capabilities: str) -> None:
    for capability in capabilities:
        if not around.switches.get(capability, False):
            raise Refused("switched_off", detail={"capability": capability})


def _seat(call: Call, actor: Actor) -> Seat:
    if call.over:
        raise Refused("call_over")
    seat = call.seat(name_of(actor))
    if seat is None or not call.is_in(seat.who):
        raise Refused("not_in_call")
    return seat


def _person(actor: Actor) -> Person:
    if isinstance(actor, System):
        raise Refused("forbidden")
    return actor


def _system(actor: Actor) -> None:
    if not isinstance(actor, System):
        raise Refused("forbidden")


_VERBS: Mapping[type, Callable[[Conversation, Call, Any, Actor, Around], Decision]] = {
    ask.AcceptCall: _accept,
    ask.DeclineCall: _decline,
    ask.CancelCall: _cancel,
    ask.LeaveCall: _leave,
    ask.ChangeMedia: _media,
    ask.StopScreen: _stop_screen,
    ask.InviteToCall: _invite,
    ask.ReportCall: _report,
    ask.Lapse: _lapse,
    ask.TakeOut: _take_out,
    ask.ObeySwitches: _obey_switches,
    ask.RingMore: _ring_more,
}
