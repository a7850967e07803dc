import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { zoneOr } from "../../ui/reader";
import type { Talk } from "../model/talk";
import { fromLocalInput, localInput, tomorrowMorning } from "../model/times";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Area, Field, Foot } from "./Field";

const minute = 60_000;

/** Put a conversation aside: for whom, until when, and why. */
export function Wait({ talk }: { talk: Talk }): VNode {
  const { words, reader, acts, dispatch, now } = useWorld();
  const [begin] = useState(() => now.peek());
  const [on, setOn] = useState<"contact" | "third_party">("contact");
  const [until, setUntil] = useState(begin + 30 * minute);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const past = until <= now.value;
  const presets: [string, number][] = [
    [words.inHalfHour, begin + 30 * minute],
    [words.inHour, begin + 60 * minute],
    [words.inFourHours, begin + 240 * minute],
    [words.tomorrow, tomorrowMorning(begin, reader)],
  ];
  const close = () => dispatch({ kind: "dialog", dialog: null });
  const submit = async () => {
    if (busy || past) return;
    setBusy(true);
    const ok = await acts.wait(talk.conversation, on, until, why.trim());
    setBusy(false);
    if (ok) close();
  };
  return (
    <Dialog title={words.waitTitle} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <fieldset class="choices">
          <legend>{words.waitFor}</legend>
          {(["contact", "third_party"] as const).map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="on"
                data-first={each === on ? "" : undefined}
                checked={on === each}
                onChange={() => setOn(each)}
              />
              {each === "contact" ? (talk.contact?.name ?? words.waitContact) : words.waitThird}
            </label>
          ))}
        </fieldset>
        <fieldset class="choices">
          <legend>{words.waitUntil}</legend>
          {presets.map(([name, at]) => (
            <label key={name}>
              <input type="radio" name="until" checked={until === at} onChange={() => setUntil(at)} />
              {name}
            </label>
          ))}
        </fieldset>
        <Field
          label={words.otherTime}
          {...(reader.tz === zoneOr(null) ? {} : { hint: words.inZone(reader.tz) })}
          problem={past ? words.pastTime : null}
        >
          {(id, described) => (
            <input
              id={id}
              type="datetime-local"
              aria-describedby={described}
              min={localInput(begin, reader)}
              value={localInput(until, reader)}
              onInput={(event) => {
                const at = fromLocalInput(event.currentTarget.value, reader);
                if (Number.isFinite(at)) setUntil(at);
              }}
            />
          )}
        </Field>
        <Area label={words.waitWhy} hint={words.waitWhyHint} value={why} onValue={setWhy} />
        <Foot label={words.wait} busy={busy} />
      </form>
    </Dialog>
  );
}
