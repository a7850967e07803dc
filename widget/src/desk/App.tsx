import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { LiveRegion, silence } from "../ui/LiveRegion";
import { ReaderContext } from "../ui/reader";
import { CommandBar } from "./CommandBar";
import { Dialogs } from "./dialogs/Dialogs";
import { Ended } from "./Ended";
import { ListPane } from "./list/ListPane";
import { Lists } from "./list/Lists";
import { Notices } from "./Notices";
import { Side } from "./side/Side";
import { TopBar } from "./TopBar";
import { TalkPane } from "./talk/Talk";
import { useWorld, type World, WorldContext } from "./world";

/** The desk: nothing yet, the workbench, or the word that the log-in is over. */
export function App({ world }: { world: World }): VNode {
  return (
    <ReaderContext.Provider value={world.reader}>
      <WorldContext.Provider value={world}>
        <Phase />
      </WorldContext.Provider>
    </ReaderContext.Provider>
  );
}

function Phase(): VNode {
  const { desk } = useWorld();
  const phase = useComputed(() => {
    const { link, me } = desk.state.value;
    if (link === "ended") return "ended";
    return me === null ? "starting" : "working";
  });
  if (phase.value === "ended") return <Ended />;
  return phase.value === "starting" ? <Starting /> : <Workbench />;
}

/** The frame of what is coming, so that nothing shifts when it comes. */
function Starting(): VNode {
  const { words } = useWorld();
  return (
    <main class="desk starting">
      <h1 class="unseen">{words.desk}</h1>
      <p class="unseen" role="status">
        {words.linkConnecting}
      </p>
    </main>
  );
}

function Workbench(): VNode {
  const { words, view, calls } = useWorld();
  const Calls = calls.value?.Over;
  const { chosen } = view.value;
  useEffect(() => silence, []);
  return (
    <div class={`desk ${chosen ? "talking" : "choosing"}`}>
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>("#talk")?.focus()}>
        {words.skip}
      </button>
      <TopBar />
      <Lists />
      <main class="work">
        <h1 class="unseen">{words.desk}</h1>
        <ListPane />
        <div id="talk" class="talk" tabIndex={-1}>
          <TalkPane />
        </div>
      </main>
      <Side />
      <Dialogs />
      <CommandBar />
      {Calls ? <Calls /> : null}
      <Notices />
      <LiveRegion />
    </div>
  );
}
