// Deleting one's own message: gone at once from the screen, and for five seconds it can be taken back.
import { useEffect, useRef, useState } from "preact/hooks";
import { beforeLeaving } from "./leaving";
import { sayRefused } from "./refused";
import { useWorld } from "./world";

const UNDO_MS = 5000;

export interface Deletion {
  begin(key: string): void;
  undoing: Record<string, () => void>;
}

/** Keep deletions back for as long as they can be undone; whatever is still pending when the page goes is carried out. */
export function useDeletion(conversation: string): Deletion {
  const world = useWorld();
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const [keys, setKeys] = useState<string[]>([]);
  const forget = (key: string) => {
    clearTimeout(timers.current.get(key));
    timers.current.delete(key);
    setKeys((all) => all.filter((each) => each !== key));
  };
  const carryOut = async (key: string) => {
    const desk = world.desk.peek();
    const answered = desk?.act("delete", conversation, { target: key });
    forget(key);
    const answer = await answered;
    if (answer && !answer.ok && world.desk.peek() === desk) sayRefused(world, answer.code);
  };
  const all = useRef((): Promise<unknown>[] => []);
  all.current = () => [...timers.current.keys()].map(carryOut);
  useEffect(() => {
    const leave = () => all.current();
    const stay = beforeLeaving(leave);
    addEventListener("pagehide", leave);
    return () => {
      stay();
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  return {
    begin(key) {
      timers.current.set(
        key,
        setTimeout(() => void carryOut(key), UNDO_MS),
      );
      setKeys((known) => [...known, key]);
    },
    undoing: Object.fromEntries(keys.map((key) => [key, () => forget(key)])),
  };
}
