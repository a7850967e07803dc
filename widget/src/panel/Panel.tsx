import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { LiveRegion } from "../ui/LiveRegion";
import { lazily } from "../ui/lazily";
import { ReaderContext } from "../ui/reader";
import { Chat } from "./Chat";
import { Header } from "./Header";
import { type World, WorldContext } from "./world";

const History = lazily(() => import("./History").then((module) => module.History));
const Outside = lazily(() => import("./Outside").then((module) => module.Outside));
const ChatOff = lazily(() => import("./Outside").then((module) => module.ChatOff));

/** The whole panel: one header, and one of four things below it. */
export function Panel({ world }: { world: World }): VNode {
  useEscape(world);
  return (
    <WorldContext.Provider value={world}>
      <ReaderContext.Provider value={world.reader.value}>
        <main class={`panel${world.folded.value ? " folded" : ""}`} aria-label={world.words.value.title}>
          <Header />
          {world.calls.value}
          {world.warning.value}
          {world.folded.value ? null : <Inside world={world} />}
        </main>
        <LiveRegion />
      </ReaderContext.Provider>
    </WorldContext.Provider>
  );
}

function Inside({ world }: { world: World }): VNode {
  const phase = world.phase.value;
  if (phase === "stranger" || phase === "unconfirmed" || phase === "over") return <Outside />;
  if (world.switches.value.chat === false) return <ChatOff />;
  if (world.place.value === "history") return <History />;
  return <Chat key={world.current.value} conversation={world.current.value} />;
}

/** Escape closes what lies on top first (its own elements see to that), then the panel. */
function useEscape(world: World): void {
  useEffect(() => {
    const pressed = ({ key, isComposing }: KeyboardEvent) => {
      if (key === "Escape" && !isComposing) world.tell({ type: "close" });
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [world]);
}
