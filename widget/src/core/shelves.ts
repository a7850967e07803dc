// The lists this client looks at, each read afresh on every connection.
import type { ClientFrame, ServerFrame } from "./frames";
import { emptyList, listed, withoutRow, withRow } from "./lists";
import type { List } from "./state";

const PAGE = 50;

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

interface Shelf {
  list: List;
  subscribed: boolean;
  seen: Set<string> | null; // rows of the reading under way; null between readings and on further pages
  next: string | null; // where the server goes on, in its own words
}

const empty = (name: string): Shelf => ({ list: emptyList(name), subscribed: false, seen: null, next: null });

export class Shelves {
  private shelves = new Map<string, Shelf>();

  open(name: string): void {
    if (!this.shelves.has(name)) this.shelves.set(name, empty(name));
  }

  /** Stop looking. Returns whether the server must be told. */
  close(name: string): boolean {
    const subscribed = this.shelves.get(name)?.subscribed ?? false;
    this.shelves.delete(name);
    return subscribed;
  }

  /** Ask for what comes after what the server has shown. */
  more(name: string): ClientFrame[] {
    const shelf = this.shelves.get(name);
    if (!shelf?.subscribed || shelf.next === null || shelf.list.loading) return [];
    shelf.list = { ...shelf.list, loading: true };
    return [{ type: "subscribe", topic: `list:${name}`, limit: PAGE, before: shelf.next }];
  }

  row({ type: _type, list: name, ...row }: Frame<"row">): void {
    this.change(name, (list) => withRow(list, row));
    this.shelves.get(name)?.seen?.add(row.conversation);
  }

  gone({ list: name, conversation }: Frame<"gone">): void {
    this.change(name, (list) => withoutRow(list, conversation));
    this.shelves.get(name)?.seen?.delete(conversation);
  }

  listed({ list: name, more, next, count }: Frame<"listed">): void {
    const shelf = this.shelves.get(name);
    if (!shelf) return;
    shelf.list = listed(shelf.list, more, count, shelf.seen);
    shelf.seen = null;
    shelf.next = next;
  }

  /** A conversation that is not this reader's any more is in none of the lists. */
  lost(conversation: string): void {
    for (const name of this.shelves.keys()) this.change(name, (list) => withoutRow(list, conversation));
  }

  disconnected(): void {
    for (const shelf of this.shelves.values()) shelf.subscribed = false;
  }

  /** The database was restored: versions held mean nothing any more. */
  restart(): void {
    for (const name of this.shelves.keys()) {
      this.shelves.set(name, empty(name));
    }
  }

  again(name: string): void {
    const shelf = this.shelves.get(name);
    if (shelf) shelf.subscribed = false;
  }

  sync(): ClientFrame[] {
    const frames: ClientFrame[] = [];
    for (const [name, shelf] of this.shelves) {
      if (shelf.subscribed) continue;
      shelf.subscribed = true;
      shelf.seen = new Set();
      shelf.list = { ...shelf.list, loading: true };
      frames.push({ type: "subscribe", topic: `list:${name}`, limit: PAGE, before: null });
    }
    return frames;
  }

  lists(): Record<string, List> {
    return Object.fromEntries([...this.shelves].map(([name, shelf]) => [name, shelf.list]));
  }

  private change(name: string, change: (list: List) => List): void {
    const shelf = this.shelves.get(name);
    if (shelf) shelf.list = change(shelf.list);
  }
}
