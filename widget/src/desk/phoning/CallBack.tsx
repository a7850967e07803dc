// Somebody waits to be phoned: the number, what came of it so far, and where to write down what came of it now.
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dialled, OUTCOMES, type Outcome, type Phoning, phoningOf } from "../../core/phoning";
import { Button } from "../../ui/Button";
import { Copy, Phone } from "../../ui/icons";
import { clockTime } from "../../ui/time";
import { factText } from "../model/facts";
import type { Talk } from "../model/talk";
import { useWorld } from "../world";
import { phoningDeskWords } from "./words";

/** Nothing where nobody waits to be phoned. */
export function CallBack({ talk }: { talk: Talk }): VNode | null {
  const { desk, reader } = useWorld();
  const words = phoningDeskWords(reader.locale);
  const open = phoningOf(desk.state.value.timelines[talk.conversation]?.items ?? []);
  if (!open) return null;
  const name = talk.contact?.name ?? "";
  const title = open.wrong ? words.wrongTitle(name) : words.title(name);
  return (
    <section class={`call-back${open.wrong ? " wrong" : ""}`} aria-label={title}>
      <div class="call-back-what">
        <h2>{title}</h2>
        <Dial open={open} />
        <Tries open={open} />
      </div>
      {talk.agent ? <Attempt key={open.tries.length} talk={talk} /> : <ClaimFirst />}
    </section>
  );
}

function Dial({ open }: { open: Phoning }): VNode {
  const { reader, acts } = useWorld();
  const words = phoningDeskWords(reader.locale);
  const copy = () => void navigator.clipboard.writeText(open.number).then(() => acts.say(words.copied));
  return (
    <p class="call-back-number">
      <a class="num" dir="ltr" href={`tel:${dialled(open.number)}`} aria-label={words.dial(open.number)}>
        <Phone size={18} />
        {open.number}
      </a>
      <button type="button" class="icon-button" aria-label={words.copy} title={words.copy} onClick={copy}>
        <Copy size={18} />
      </button>
    </p>
  );
}

function Tries({ open }: { open: Phoning }): VNode {
  const { reader, now, desk, words: deskWords } = useWorld();
  const words = phoningDeskWords(reader.locale);
  const last = open.tries.at(-1);
  if (!last) return <p class="call-back-past num">{words.since(clockTime(open.at, reader))}</p>;
  const me = desk.state.value.me?.id ?? "";
  const told = factText(last, { words: deskWords, reader, now: now.peek(), me });
  return <p class="call-back-past num">{words.tries(open.tries.length, `${told} (${clockTime(last.at, reader)})`)}</p>;
}

/** One click writes it down; a note goes along where there is something to know. */
function Attempt({ talk }: { talk: Talk }): VNode {
  const { reader, acts } = useWorld();
  const words = phoningDeskWords(reader.locale);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const write = async (outcome: Outcome) => {
    if (busy) return;
    setBusy(true);
    const done = outcome === "reached" ? words.done : words.tried;
    await acts.attempt(talk.conversation, outcome, note.trim(), done);
    setBusy(false);
  };
  return (
    <fieldset class="call-back-attempt">
      <legend>{words.attempt}</legend>
      <div class="call-back-outcomes">
        {OUTCOMES.map((outcome) => (
          <Button
            key={outcome}
            look={outcome === "reached" ? "primary" : "quiet"}
            aria-disabled={busy}
            onClick={() => void write(outcome)}
          >
            {words.outcomes[outcome]}
          </Button>
        ))}
      </div>
      <input
        type="text"
        dir="auto"
        maxLength={2000}
        aria-label={words.note}
        placeholder={words.note}
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </fieldset>
  );
}

function ClaimFirst(): VNode {
  const { reader, acts, words } = useWorld();
  return (
    <div class="call-back-attempt">
      <p class="call-back-past">{phoningDeskWords(reader.locale).claimFirst}</p>
      <Button look="primary" onClick={() => void acts.claim()}>
        {words.claim}
      </Button>
    </div>
  );
}
