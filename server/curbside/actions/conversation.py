"""The verbs of a conversation: check, change, commit, tell.

Every command leaves a receipt in its own transaction, so that it happens once, whatever the network does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from curbside.actions import switching
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.lists import visible
from curbside.actions.receipts import Done, fingerprint, finish, repeated
from curbside.actions.teams import team_card, team_of, team_with
from curbside.domain import commands as ask
from curbside.domain.access import is_told_of
from curbside.domain.context import check_context, check_external, check_topic
from curbside.domain.conversation import Conversation
from curbside.domain.deciding import Surroundings, Target, decide
from curbside.domain.errors import Refused
from curbside.domain.events import FileRef
from curbside.domain.people import Actor, Agent, Contact
from curbside.domain.words import references
from curbside.domain.writing import name_of
from curbside.store import conversation as store
from curbside.store import files, identity, timers
from curbside.store.ledger import Ledger
from curbside.store.stored import Stored
from curbside.store.writer import Transaction

_DAY_MS = 24 * 60 * 60 * 1000
_ERASING = {ask.Edit: "edited", ask.Delete: "deleted", ask.Redact: "redacted"}


@dataclass(frozen=True, slots=True)
class Said:
    """A message or note on its way to the writer."""

    actor: Actor
    command: ask.Say
    asked: bytes


class Conversations:
    """Carry out commands on conversations: each contact has up to `open_max` at once."""

    def __init__(self, installation: Installation, directory: Directory) -> None:
        self._installation = installation
        self._directory = directory
        self._asked_key = installation.keys.root("asked")
        # In a demonstration a few people stand for everybody who tries it.
        self.open_max = 10**6 if installation.demonstration else 20

    async def perform(self, actor: Actor, command: ask.Command) -> Done:
        """Carry out `command` once; return what came of it after it is committed.

        Raises Refused; with `retry` when it is not known whether it was stored, so that the caller repeats the key.
        """
        if isinstance(command, ask.Say):
            return await self._installation.db.write_batched(
                actor.tenant, self.say, Said(actor, command, self.fingerprint(command))
            )
        prepared = self.prepare(actor, command)
        return await self._installation.db.write(
            actor.tenant, lambda transaction: self.act(transaction, actor, command, prepared)
        )

    def perform_say(self, actor: Actor, command: ask.Say, answered: Callable[[Done | Exception], object]) -> None:
        """Say something once; `answered` gets what `perform` would return or raise, unless this raises at once."""
        self._installation.db.write_soon(
            actor.tenant, self.say, Said(actor, command, self.fingerprint(command)), answered
        )

    def fingerprint(self, command: ask.Command | ask.SetState) -> bytes:
        return fingerprint(command, self._asked_key)

    def say(self, transaction: Transaction, items: Sequence[Said]) -> list[Done | Exception]:
        """Append messages in one go: the batched form of the one hot verb."""
        ledger = self._ledger(transaction)
        ledger.load((item.actor.tenant, item.command.conversation) for item in items)
        ledger.load_receipts([(item.actor, item.command.key) for item in items])
        answers: list[Done | Exception] = []
        for item in items:
            try:
                answers.append(self._say_one(ledger, item))
            except Refused as refused:
                answers.append(refused)
        ledger.write()
        return answers

    def _say_one(self, ledger: Ledger, item: Said) -> Done:
        actor, command = item.actor, item.command
        done = repeated(ledger, actor, command.key, item.asked)
        if done is not None:
            return done
        if ledger.is_taken(actor.tenant, command.key):
            raise Refused("conflict")
        stored = ledger.get((actor.tenant, command.conversation))
        if stored is None:
            raise Refused("not_found")
        switching.check(self._directory, actor, command, stored.state.module)
        around = Surroundings(now=ledger.now, files=self._files_of(ledger, actor, command))
        drafts = decide(stored.state, command, actor, around)
        if command.body.files:
            files.attach(ledger.connection, actor.tenant, command.key, command.body.files)
        receipt = ledger.say(stored, actor, drafts, command.key, item.asked)
        self._remember_to_mail(ledger, stored, actor, command)
        return Done(receipt.conversation, receipt.seq, receipt.at)

    def _files_of(self, ledger: Ledger, actor: Actor, command: ask.Say) -> tuple[FileRef, ...]:
        if not command.body.files:
            return ()
        keys, place = self._installation.keys, (actor.tenant, command.conversation)
        return files.refs(ledger.connection, keys, *place, name_of(actor), command.key, command.body.files)

    def act(self, transaction: Transaction, actor: Actor, command: ask.Command, prepared: Surroundings) -> Done:
        """Carry out any other verb, in a savepoint of its own."""
        ledger = self._ledger(transaction)
        asked = self.fingerprint(command)
        ledger.load_receipts([(actor, command.key)])
        done = repeated(ledger, actor, command.key, asked)
        if done is not None:
            return done
        if ledger.is_taken(actor.tenant, command.key):
            raise Refused("conflict")
        place = (actor.tenant, command.conversation)
        ledger.load([place])
        stored = ledger.get(place)
        if isinstance(command, ask.Start):
            stored, prepared = self._begin(ledger, stored, actor, command, prepared)
        if stored is None:
            raise Refused("not_found")
        switching.check(self._directory, actor, command, stored.state.module)
        around = self._surroundings(ledger, stored, actor, command, prepared)
        phoning = stored.state.phoning
        events = ledger.append(stored, actor, decide(stored.state, command, actor, around))
        self._erase(ledger, stored, command, phoning)
        self._set_timers(ledger, stored, command)
        result = {"reference": stored.state.reference} if isinstance(command, ask.Start) else None
        done = finish(ledger, actor, command.key, asked, events, result)
        ledger.write()
        return done

    def prepare(self, actor: Actor, command: ask.Command) -> Surroundings:
        """Gather what a decision needs from the directory, before the transaction."""
        around = Surroundings(now=0)
        if isinstance(command, ask.Start):
            own_fields = self._directory.tenant(actor.tenant).settings.context_fields
            context = check_context(command.context, own_fields)
            if isinstance(actor, Agent):
                check_topic(command.topic)
                check_external(command.external)
            elif command.external:
                raise Refused("forbidden", detail={"field": "external"})
            team = self._directory.route(actor.tenant, context.get("module", ""))
            around = replace(around, context=context, team=team_card(team))
            if isinstance(actor, Contact):
                around = replace(around, contact=actor)
        return around

    def _target_of_hand_over(
        self, around: Surroundings, state: Conversation, actor: Actor, command: ask.HandOver
    ) -> Surroundings:
        agent = self._directory.agent(state.tenant, command.to_agent) if command.to_agent else None
        if agent is not None and isinstance(actor, Agent) and not is_told_of(actor, agent):
            agent = None  # whom they are not told of is not there for them
        id = command.to_team or (team_with(agent, state) if agent else None)
        team = self._directory.team(state.tenant, id) if id else None
        if agent is not None and agent.teams and id not in agent.teams:
            team = None  # somebody of another team: whoever asked meant the one or the other
        return replace(around, agent=agent, team=team_card(team) if team else None)

    def _begin(
        self, ledger: Ledger, stored: Stored | None, actor: Actor, command: ask.Start, prepared: Surroundings
    ) -> tuple[Stored, Surroundings]:
        if stored is not None:
            raise Refused("conflict")
        contact = prepared.contact
        if contact is None and command.contact:
            contact = self._contact_for(ledger, actor, command.contact)
        if contact is None:
            raise Refused("not_found")
        self._check_room(ledger, actor)
        team = prepared.team
        if isinstance(actor, Agent):
            team = team_of(actor, self._directory) or team
        agent = actor.id if isinstance(actor, Agent) else None
        module = str((prepared.context or {}).get("module", ""))
        place = (actor.tenant, command.conversation)
        state = Conversation(*place, contact.id, contact.organization, module=module, agent=agent)
        reference = next(
            one
            for one in references(secrets.randbits(128))
            if not store.reference_taken(ledger.connection, actor.tenant, one)
        )
        external = msgspec.json.encode(command.external).decode()
        prepared = replace(prepared, contact=contact, reference=reference, team=team)
        return ledger.begin(state, external), prepared

    def _check_room(self, ledger: Ledger, actor: Actor) -> None:
        """Keep one contact from filling a queue: everybody's place in it, and wait, are counted from what is open."""
        if isinstance(actor, Contact) and store.count_open(ledger.connection, actor.tenant, actor.id) >= self.open_max:
            raise Refused("too_many_open")

    def _contact_for(self, ledger: Ledger, actor: Actor, contact: str) -> Contact | None:
        """Find whom an agent may open a conversation for: a partner's, those whose conversations they may see."""
        if not isinstance(actor, Agent):
            raise Refused("forbidden")
        if not actor.in_house and not store.has_open(ledger.connection, actor.tenant, contact, visible(actor)):
            return None
        return identity.contact(ledger.connection, actor.tenant, contact)

    def _surroundings(
        self, ledger: Ledger, stored: Stored, actor: Actor, command: ask.Command, prepared: Surroundings
    ) -> Surroundings:
        around = replace(prepared, now=max(ledger.now, stored.state.last_at))
        tenant = stored.state.tenant
        if isinstance(command, ask.Claim):
            winner = self._directory.agent(tenant, stored.state.agent) if stored.state.agent else None
            carrying = store.count_carried(ledger.connection, tenant, actor.id)
            return replace(around, carrying=carrying, winner=winner.name if winner else None)
        if isinstance(command, ask.Resolve):
            since = around.now - _DAY_MS
            lately = store.rated_since(ledger.connection, tenant, stored.state.contact, since)
            return replace(around, rated_lately=lately)
        if isinstance(command, ask.HandOver):
            return self._target_of_hand_over(around, stored.state, actor, command)
        if isinstance(command, ask.Edit | ask.Delete | ask.Redact):
            return replace(around, target=self._target(ledger, stored, command))
        return around

    def _target(self, ledger: Ledger, stored: Stored, command: ask.Edit | ask.Delete | ask.Redact) -> Target | None:
        place = (stored.state.tenant, stored.state.id, command.target)
        found = store.find_target(ledger.connection, *place)
        if found is None or not isinstance(command, ask.Edit):
            return found[0] if found else None
        return replace(found[0], files=store.files_of(ledger.connection, self._installation.keys, *place))

    def _erase(self, ledger: Ledger, stored: Stored, command: ask.Command, phoning: str) -> None:
        """Erase what a command takes away: all that was written, or what an edit replaces (it is not written yet).

        Of a number to be phoned on, nothing is kept once its contact withdrew it or gave another.
        """
        if isinstance(command, ask.PhoneMe | ask.PhoneWithdraw) and phoning:
            store.erase_written(ledger.connection, stored.state.tenant, stored.state.id, phoning, "deleted")
        if not isinstance(command, ask.Edit | ask.Delete | ask.Redact):
            return
        place = (ledger.connection, stored.state.tenant, stored.state.id, command.target)
        erased = store.erase_written(*place, _ERASING[type(command)])
        if not isinstance(command, ask.Edit):
            files.erase(*place, ledger.now)
        elif stored.first_words in erased:
            stored.first_words = stored.state.numbers.house  # lists show what stands now

    def _set_timers(self, ledger: Ledger, stored: Stored, command: ask.Command) -> None:
        state = stored.state
        if state.status == "pending" and state.until:
            timers.set_timer(ledger.connection, state.tenant, "wake", state.id, state.until)
        elif isinstance(command, ask.Wait | ask.Resolve | ask.Release | ask.HandOver):
            timers.cancel_timer(ledger.connection, state.tenant, "wake", state.id)

    def _remember_to_mail(self, ledger: Ledger, stored: Stored, actor: Actor, command: ask.Say) -> None:
        if not isinstance(actor, Agent) or command.kind != "message":
            return
        if not self._installation.sends_mail:
            return
        settings = self._directory.tenant(actor.tenant).settings
        facts = {"n_house": stored.state.numbers.house}
        due = ledger.now + settings.mail_after_ms
        timers.set_timer(ledger.connection, actor.tenant, "mail_answer", stored.state.id, due, facts)

    def _ledger(self, transaction: Transaction) -> Ledger:
        return Ledger(transaction, self._installation.keys, self._installation.new_salt)
