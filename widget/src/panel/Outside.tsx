import type { ComponentChildren, VNode } from "preact";
import { Button } from "../ui/Button";
import { Lock, Phone } from "../ui/icons";
import { useReader } from "../ui/reader";
import { Incidents } from "./Incidents";
import { OpeningHours } from "./OpeningHours";
import { useWorld } from "./world";

/** What stands here when nobody is known: a phone number, hours and known incidents. No place to type. */
export function Outside(): VNode {
  const world = useWorld();
  const words = world.words.value;
  const phase = world.phase.value;
  if (phase === "over")
    return (
      <Scroll>
        <Notice title={words.signedOut} line={words.signedOutLine} />
        <CallUs />
        <Button onClick={world.identifyAgain}>{words.signInAgain}</Button>
      </Scroll>
    );
  const stranger = phase === "stranger";
  const kept = Object.values(world.early.value).some((draft) => draft.text);
  return (
    <Scroll>
      <Notice
        title={stranger ? words.beforeLogin : words.cannotSignIn}
        line={stranger ? words.beforeLoginLine : words.cannotSignInLine}
        more={kept ? words.notSentYet : null}
      />
      <CallUs />
      {stranger ? null : <Button onClick={world.identifyAgain}>{words.tryAgain}</Button>}
      <OpeningHours />
      <Incidents incidents={world.config.incidents} titled />
    </Scroll>
  );
}

/** What stands here while the vendor has switched the chat off. */
export function ChatOff(): VNode {
  const world = useWorld();
  const words = world.words.value;
  return (
    <Scroll>
      <Notice title={words.chatOff} line={words.chatOffLine} />
      <CallUs />
      <OpeningHours />
      <Incidents incidents={world.state.value?.snapshot?.incidents ?? world.config.incidents} titled />
    </Scroll>
  );
}

function Scroll({ children }: { children: ComponentChildren }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="outside" tabIndex={0} aria-label={useReader().words.conversation}>
      {children}
    </section>
  );
}

function Notice({ title, line, more }: { title: string; line: string; more?: string | null }): VNode {
  return (
    <div class="notice" role="status">
      <Lock />
      <div>
        <h2>{title}</h2>
        <p>{line}</p>
        {more ? <p>{more}</p> : null}
      </div>
    </div>
  );
}

/** The phone number, large, and a link where the device can call. */
export function CallUs(): VNode | null {
  const { phone, words } = useWorld();
  if (!phone) return null;
  return (
    <a class="call-us" href={`tel:${phone.replace(/[^+\d]/gu, "")}`}>
      <Phone />
      <span>
        {words.value.callUs} <b class="num">{phone}</b>
      </span>
    </a>
  );
}
