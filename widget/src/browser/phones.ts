// One phone for each link: made when the first call comes, gone with the person.
import { Phone } from "./phone";
import type { Desk } from "./run";

const phones = new WeakMap<Desk, Phone>();

export function phoneOf(desk: Desk): Phone {
  const known = phones.get(desk);
  if (known) return known;
  const made = new Phone(desk);
  phones.set(desk, made);
  const stop = desk.state.subscribe(({ link, ended }) => {
    if (link !== "ended" && ended === null) return;
    made.stop(); // devices close with the log-in, at once
    queueMicrotask(() => stop());
  });
  return made;
}
