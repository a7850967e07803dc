"""How the participants of a call find each other; imports nothing of curbside.

`call` is a call's life as a state machine, `roster` is who is in it and who may signal whom, `session` is both
together. All are sans-IO: `now` comes in as an argument, and whoever stores the facts decides "first wins" by a
transaction around `Session.accept`.
"""

from curbside_signaling.call import Call, CallRefused, Fact, Phase
from curbside_signaling.roster import Pair, Participant, Presence, Roster, Signal, SignalRefused
from curbside_signaling.session import Session

__all__ = [
    "Call",
    "CallRefused",
    "Fact",
    "Pair",
    "Participant",
    "Phase",
    "Presence",
    "Roster",
    "Session",
    "Signal",
    "SignalRefused",
]
