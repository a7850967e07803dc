// What must outlive the page, sealed on the device: AES-256-GCM under the key that `welcome` brought, in IndexedDB.
// The key is never stored. Where storage is forbidden (a third-party frame may throw), memory has to do.
import type { Kept } from "../core/contract";

const NAME = "curbside";
const STORE = "sealed";
const DAY = 86_400_000;

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  box: ArrayBuffer;
  at: number;
}

export class Vault {
  private shelf: Shelf | null = null;
  private writing: Promise<void> = Promise.resolve();
  private next: { slot: string; kept: Kept | null; key: string } | null = null;

  /** Whether what is kept would outlive the page. */
  get lasting(): boolean {
    return this.shelf instanceof Database;
  }

  /**
   * Open what this person kept on this device, in the slots that `mine` allows (those of tabs that are gone), and
   * move it into `slot`. What this key does not open stays as it is.
   */
  async unseal(person: string, slot: string, key: string, mine: (slot: string) => boolean): Promise<Kept | null> {
    const shelf = await this.opened();
    const found: Kept[] = [];
    const emptied: string[] = [];
    try {
      await shelf.sweep(Date.now() - DAY);
      for (const name of (await shelf.slots()).filter((each) => each.startsWith(`${person}/`) && mine(each))) {
        const kept = await opened(await shelf.get(name), key);
        if (kept) found.push(kept);
        if (kept && name !== slot) emptied.push(name);
      }
      const all = merged(found);
      if (all && emptied.length > 0) await shelf.put(slot, await sealed(all, key));
      for (const name of emptied) await shelf.remove(name);
      return all;
    } catch {
      return merged(found);
    }
  }

  /** Take over what tabs that are gone have kept since, beside what `slot` holds; null where they left nothing. */
  async inherit(person: string, slot: string, key: string, gone: (slot: string) => boolean): Promise<Kept | null> {
    await this.writing;
    const shelf = await this.opened();
    const left = (await shelf.slots().catch(() => [])).filter((each) => each.startsWith(`${person}/`) && gone(each));
    return left.length ? this.unseal(person, slot, key, (each) => each === slot || gone(each)) : null;
  }

  /** Replace what is kept; of several calls in a row only the last is written. Resolves once it is on the device. */
  keep(scope: string, kept: Kept | null, key: string): Promise<void> {
    const idle = this.next === null;
    this.next = { slot: scope, kept, key };
    if (idle) this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const next = this.next;
    this.next = null;
    if (!next) return;
    const shelf = await this.opened();
    try {
      if (next.kept === null) await shelf.remove(next.slot);
      else await shelf.put(next.slot, await sealed(next.kept, next.key));
    } catch {
      this.shelf = new Memory(); // full or forbidden: this page still holds it
    }
  }

  private async opened(): Promise<Shelf> {
    this.shelf ??= await Database.open().catch(() => new Memory());
    return this.shelf;
  }
}

async function opened(sealed: Sealed | undefined, key: string): Promise<Kept | null> {
  if (!sealed) return null;
  try {
    const box = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await imported(key), sealed.box);
    return JSON.parse(new TextDecoder().decode(box)) as Kept;
  } catch {
    return null;
  }
}

/** What several tabs kept, as one: commands by their key, in the order in which the person acted. */
function merged(found: Kept[]): Kept | null {
  if (found.length === 0) return null;
  const commands = new Map(found.flatMap((kept) => kept.commands).map((each) => [each.command.key, each]));
  // Where they stem from different epochs, the older one makes sure that everything is offered again.
  const epochs = new Set(found.map((kept) => kept.epoch));
  return {
    epoch: epochs.size === 1 ? (found[0]?.epoch ?? null) : "mixed",
    commands:
      found.length === 1 ? [...commands.values()] : [...commands.values()].sort((one, other) => one.at - other.at),
    drafts: Object.assign({}, ...found.map((kept) => kept.drafts)),
  };
}

async function sealed(kept: Kept, key: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(kept));
  return { iv, box: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await imported(key), text), at: Date.now() };
}

function imported(key: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

interface Shelf {
  get(slot: string): Promise<Sealed | undefined>;
  put(slot: string, sealed: Sealed): Promise<void>;
  remove(slot: string): Promise<void>;
  slots(): Promise<string[]>;
  /** Ciphertext stays a day at most. */
  sweep(before: number): Promise<void>;
}

class Memory implements Shelf {
  private readonly held = new Map<string, Sealed>();

  async get(slot: string): Promise<Sealed | undefined> {
    return this.held.get(slot);
  }

  async put(slot: string, sealed: Sealed): Promise<void> {
    this.held.set(slot, sealed);
  }

  async remove(slot: string): Promise<void> {
    this.held.delete(slot);
  }

  async slots(): Promise<string[]> {
    return [...this.held.keys()];
  }

  async sweep(): Promise<void> {}
}

class Database implements Shelf {
  private constructor(private readonly database: IDBDatabase) {}

  static async open(): Promise<Database> {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return new Database(await result(request));
  }

  get(slot: string): Promise<Sealed | undefined> {
    return result(this.store("readonly").get(slot) as IDBRequest<Sealed | undefined>);
  }

  put(slot: string, sealed: Sealed): Promise<void> {
    return committed(this.store("readwrite").put(sealed, slot));
  }

  remove(slot: string): Promise<void> {
    return committed(this.store("readwrite").delete(slot));
  }

  async slots(): Promise<string[]> {
    return (await result(this.store("readonly").getAllKeys())).map(String);
  }

  async sweep(before: number): Promise<void> {
    const request = this.store("readwrite").openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if ((cursor.value as Sealed).at < before) cursor.delete();
      cursor.continue();
    };
    await committed(request);
  }

  private store(mode: IDBTransactionMode): IDBObjectStore {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Success of a request is not enough: only a finished transaction is on the device. */
function committed(request: IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const { transaction } = request;
    if (!transaction) return reject(new Error("no transaction"));
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}
