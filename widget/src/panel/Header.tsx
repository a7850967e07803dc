import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { IconButton } from "../ui/Button";
import { Face, Faces } from "../ui/Face";
import { lazily } from "../ui/lazily";
import { useReader } from "../ui/reader";
import { Back, Close, Down, Fold } from "../ui/signs";
import { roughlyShort } from "../ui/time";
import { cardOf, moment } from "./moments";
import { useWorld } from "./world";

const HeaderMenu = lazily(() => import("./HeaderMenu").then((module) => module.HeaderMenu));

/** Who is here, and what can be done with the panel itself. Dragging it moves the panel. */
export function Header(): VNode {
  const world = useWorld();
  const words = world.words.value;
  const folded = world.folded.value;
  const drag = useDragging(world.tell);
  const fold = () => {
    world.folded.value = !folded;
    world.tell({ type: "fold", folded: !folded });
  };
  const history = world.place.value === "history" && world.phase.value === "known";
  return (
    <header class="header" {...drag}>
      {history ? <IconButton icon={Back} label={words.back} onClick={() => world.go("chat")} /> : null}
      {history ? <h1 class="who-name">{words.earlier}</h1> : <Who />}
      {world.phase.value === "known" && !folded && !history ? (
        <div class="menu-box">
          <HeaderMenu />
        </div>
      ) : null}
      <IconButton
        icon={folded ? Down : Fold}
        label={folded ? words.unfold : words.fold}
        class={folded ? "turned" : ""}
        onClick={fold}
      />
      <IconButton icon={Close} label={words.close} onClick={() => world.tell({ type: "close" })} />
    </header>
  );
}

/** The agent once there is one, with level, employer and country; before that, the team that will answer. */
function Who(): VNode {
  const world = useWorld();
  const { locale } = useReader();
  const words = world.words.value;
  const known = world.phase.value === "known" || world.phase.value === "asking";
  const agent = known ? world.state.value?.timelines[world.current.value]?.agent : null;
  const here = world.state.value?.agentHere[world.current.value] === true;
  const faces = world.state.value?.snapshot?.faces ?? [];
  return (
    <>
      {agent ? (
        <Face name={agent.name} here={here} large />
      ) : faces.length ? (
        <Faces names={faces.map((face) => face.name)} />
      ) : null}
      <div class="who">
        <h1 class="who-name">
          {agent ? agent.name : world.state.value?.snapshot?.tenant.name || world.config.name || words.title}
        </h1>
        <p class="who-line num">{agent ? cardOf(agent, words, locale) : <Expectation />}</p>
      </div>
    </>
  );
}

/** When an answer can be expected. */
function Expectation(): VNode {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  const snapshot = world.state.value?.snapshot;
  const open = snapshot?.open ?? world.config.open;
  const opensAt = snapshot?.opens_at ?? world.config.opens_at;
  if (!open)
    return <>{opensAt ? words.closedUntil(moment(opensAt, world.now.value, words, reader)) : words.closedNow}</>;
  if (world.phase.value !== "known" && world.phase.value !== "asking") return <>{words.openNow}</>;
  const seconds = snapshot?.answers_in_s;
  return <>{seconds ? words.usuallyAnswers(roughlyShort(seconds, reader.words)) : words.writeAnyTime}</>;
}

interface Dragging {
  onPointerDown(event: PointerEvent): void;
  onPointerMove(event: PointerEvent): void;
  onPointerUp(event: PointerEvent): void;
}

/** Tell the host how far the header was dragged; it moves the frame, so only screen coordinates can be trusted. */
function useDragging(tell: ReturnType<typeof useWorld>["tell"]): Dragging {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onPointerDown(event) {
      if (event.button !== 0 || (event.target as Element).closest("button, .menu")) return;
      from.current = { x: event.screenX, y: event.screenY };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      if (!from.current) return;
      tell({ type: "move", dx: event.screenX - from.current.x, dy: event.screenY - from.current.y });
      from.current = { x: event.screenX, y: event.screenY };
    },
    onPointerUp() {
      from.current = null;
    },
  };
}
