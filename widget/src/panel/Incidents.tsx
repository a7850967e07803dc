import type { VNode } from "preact";
import type { Incident } from "../core/frames";
import { Alert } from "../ui/icons";
import { useReader } from "../ui/reader";
import { moment } from "./moments";
import { useWorld } from "./world";

/** What support already knows about, and when there is news of it. */
export function Incidents({ incidents, titled = false }: { incidents: Incident[]; titled?: boolean }): VNode | null {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  if (!incidents.length) return titled ? <p class="soft">{words.noIncidents}</p> : null;
  return (
    <section class="incidents" aria-label={words.incidents}>
      {titled ? <h2>{words.incidents}</h2> : null}
      {incidents.map((incident) => (
        <p key={incident.id} class="incident">
          <Alert size={18} />
          <span>
            {incident.text}
            {incident.next_update_at ? (
              <small class="num">
                {words.nextUpdate(moment(incident.next_update_at, world.now.value, words, reader))}
              </small>
            ) : null}
          </span>
        </p>
      ))}
    </section>
  );
}
