import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { Button, IconButton } from "../../ui/Button";
import { Back, Copy, Done, Flag, HandOff, Info, More, Pause, Phone } from "../../ui/icons";
import { type Command, commandNamed, urgencyName } from "../commands";
import type { Talk } from "../model/talk";
import { moment } from "../model/times";
import { Menu, type Section } from "../parts/Menu";
import { useWorld, type World } from "../world";

/** Who this is with, how it stands, who looks on, and what can be done, the likeliest first. */
export function TalkHead({ talk }: { talk: Talk }): VNode {
  const world = useWorld();
  const { words, dispatch, view } = world;
  const details = view.value.details;
  return (
    <header class="talk-head">
      <IconButton class="back" icon={Back} label={words.back} onClick={() => dispatch({ kind: "back" })} />
      <div class="talk-title">
        <h2>
          <bdi>{talk.contact?.name ?? talk.reference}</bdi>
        </h2>
        <Standing talk={talk} />
      </div>
      <div class="talk-acts">
        <Acts talk={talk} />
        <Menu label={words.moreActs} class="icon-button" button={<More />} sections={() => more(world, talk)} />
        <IconButton
          class="details-switch"
          icon={Info}
          label={details ? words.hideDetails : words.details}
          aria-expanded={details}
          onClick={() => dispatch({ kind: "details", open: !details })}
        />
      </div>
    </header>
  );
}

function Standing({ talk }: { talk: Talk }): VNode {
  const { desk, words, reader, now } = useWorld();
  const viewers = useComputed(() =>
    (desk.state.value.viewers[talk.conversation] ?? []).filter(({ id }) => id !== desk.state.value.me?.id),
  );
  const names = viewers.value.map(({ name }) => name);
  const looking = (all: string[]) =>
    all.length === 1 ? words.viewing(all[0] as string) : words.viewingMany(all.join(", "));
  const status = {
    new: words.statusWaiting,
    waiting: words.statusWaiting,
    active: talk.mine ? words.statusYours : talk.agent ? words.statusOf(talk.agent.name) : words.statusWaiting,
    pending: talk.until ? words.statusPending(moment(talk.until, now.value, reader)) : words.statusPendingOpen,
    resolved: words.statusResolved,
  }[talk.status];
  return (
    <p class="talk-standing num">
      {talk.urgency === "normal" ? null : (
        <span class={`tag ${talk.urgency === "high" ? "high" : "blocked"}`}>{urgencyName(words, talk.urgency)}</span>
      )}
      <span>{talk.reference}</span>
      <span>{status}</span>
      {names.length > 0 ? (
        <span class="viewing" title={looking(names)}>
          {looking(names.map((name) => name.split(" ", 1)[0] as string))}
        </span>
      ) : null}
    </p>
  );
}

/** Up to three buttons: what somebody in this place most likely does next. */
function Acts({ talk }: { talk: Talk }): VNode {
  const world = useWorld();
  const state = world.desk.state.value;
  const may = (id: string) => commandNamed(id).when({ talk, state });
  return (
    <>
      {may("call") ? <Act command={commandNamed("call")} icon={Phone} tight /> : null}
      {may("wait") && talk.status !== "pending" ? <Act command={commandNamed("wait")} icon={Pause} /> : null}
      {may("hand_off") ? <Act command={commandNamed("hand_off")} icon={HandOff} /> : null}
      {may("resolve") && talk.mine ? <Act command={commandNamed("resolve")} icon={Done} primary /> : null}
      {may("claim") && !talk.mine && talk.agent === null ? <Act command={commandNamed("claim")} primary /> : null}
      {may("reopen") ? <Act command={commandNamed("reopen")} primary /> : null}
    </>
  );
}

function Act({
  command,
  icon: Icon,
  primary = false,
  tight = false,
}: {
  command: Command;
  icon?: typeof Pause;
  primary?: boolean;
  tight?: boolean; // its word is the first to go where there is little room
}): VNode {
  const world = useWorld();
  const label = command.title(world.words);
  return (
    <Button
      look={primary ? "primary" : "quiet"}
      class={`act-button${tight ? " tight" : ""}`}
      title={`${label} (${command.keys[0]?.replace("shift+", "⇧").toUpperCase() ?? ""})`}
      aria-keyshortcuts={command.keys[0]}
      onClick={() => command.run(world)}
    >
      {Icon ? <Icon size={16} /> : null}
      <span class="act-label">{label}</span>
    </Button>
  );
}

const inMenu = ["claim", "call", "wait", "hand_off", "release", "resolve", "resolve_quietly", "reopen"];

function more(world: World, talk: Talk): Section[] {
  const { words } = world;
  const state = world.desk.state.peek();
  const now = { talk, state };
  const able = inMenu.map(commandNamed).filter((command) => command.when(now));
  const urgencies = (["normal", "high", "care_blocked"] as const).map((urgency) => ({
    id: urgency,
    label: urgencyName(words, urgency),
    on: talk.urgency === urgency,
    icon: Flag,
    run: () => void world.acts.urgency(urgency),
  }));
  return [
    {
      choices: able.map((command) => ({
        id: command.id,
        label: command.title(words),
        keys: command.keys[0],
        run: () => command.run(world),
      })),
    },
    ...(talk.status === "resolved" ? [] : [{ title: words.urgency, radio: true, choices: urgencies }]),
    {
      choices: [
        {
          id: "copy",
          label: words.copyReference,
          icon: Copy,
          run: () =>
            void navigator.clipboard.writeText(talk.reference).then(() => world.acts.say(words.copied(talk.reference))),
        },
      ],
    },
  ];
}
