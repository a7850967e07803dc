import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ConversationRow } from "../core/frames";
import { Search } from "../ui/icons";
import { useReader } from "../ui/reader";
import { whenAgo } from "../ui/time";
import { ownRows } from "./choice";
import { useWorld, type World } from "./world";

interface Hit {
  row: ConversationRow;
  snippet: string;
  seq: number | null;
}

type Found = { query: string; hits: Hit[] } | "failed" | null;

/** Earlier conversations, and a search in what was said in them. */
export function History(): VNode {
  const world = useWorld();
  const words = world.words.value;
  const [query, setQuery] = useState("");
  const found = useSearch(world, query.trim());
  return (
    <section class="history" aria-label={words.earlier}>
      {world.here.value.search === false ? null : (
        <label class="search">
          <Search size={18} />
          <span class="unseen">{words.searchEarlier}</span>
          <input
            type="search"
            placeholder={words.searchEarlier}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="history-state" role="status">
        {stateOf(found, query.trim(), world)}
      </div>
      <ul class="history-list">
        {query.trim() && found && found !== "failed"
          ? found.hits.map((hit) => (
              <RowLine key={`${hit.row.conversation}:${hit.seq}`} row={hit.row} preview={hit.snippet} />
            ))
          : ownRows(world.state.value ?? EMPTY).map((row) => <RowLine key={row.conversation} row={row} />)}
      </ul>
    </section>
  );
}

const EMPTY = { snapshot: null, lists: {} } as unknown as Parameters<typeof ownRows>[0];

function stateOf(found: Found, query: string, world: World): string | null {
  const words = world.words.value;
  if (!query) return ownRows(world.state.value ?? EMPTY).length ? null : words.noEarlier;
  if (found === "failed") return words.searchFailed;
  if (!found) return words.loading;
  return found.hits.length ? null : words.nothingFound(found.query);
}

/** Search a moment after the last key; an answer to an older question is dropped. */
function useSearch(world: World, query: string): Found {
  const [found, setFound] = useState<Found>(null);
  useEffect(() => {
    setFound(null);
    if (!query) return;
    let wanted = true;
    const timer = setTimeout(async () => {
      const answer = await search(world, query);
      if (wanted) setFound(answer);
    }, 250);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [query, world]);
  return found;
}

async function search(world: World, query: string): Promise<Found> {
  try {
    const response = await world.post("/v1/search", { q: query });
    if (!response.ok) return "failed";
    const { results } = (await response.json()) as { results: Hit[] };
    return { query, hits: results };
  } catch {
    return "failed";
  }
}

function open(world: World, conversation: string): void {
  world.current.value = conversation;
  world.place.value = "chat";
}

function RowLine({ row, preview }: { row: ConversationRow; preview?: string }): VNode {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  return (
    <li>
      <button type="button" class="history-row" onClick={() => open(world, row.conversation)}>
        <span class="history-first">
          <b class="num">{row.reference}</b>
          <span class={`status ${row.status}`}>{words.status[row.status]}</span>
          <time class="num">{whenAgo(row.changed_at, world.now.value, reader)}</time>
        </span>
        <span class="history-preview" dir="auto">
          {preview ?? (row.preview || row.topic)}
        </span>
      </button>
    </li>
  );
}
