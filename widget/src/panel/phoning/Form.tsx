// 'Phone me on …': asked for from the menu, after nobody answered, or to give another number.
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Fault, faultOf, lastNumber, NUMBER_MAX, phoningOf } from "../../core/phoning";
import type { Burst } from "../../core/scanner";
import { Button } from "../../ui/Button";
import { Phone } from "../../ui/icons";
import { announce } from "../../ui/LiveRegion";
import { useWorld, type World } from "../world";
import { usePhoningStyle } from "./wear";
import { phoningWords } from "./words";

/** Ask for a number, above the conversation that is on the screen. */
export function openForm(world: World): void {
  world.calm();
  world.above.value = <Form key={world.current.peek()} conversation={world.current.peek()} />;
}

/** Put the card away, and go on in the conversation. */
export function closeCard(world: World): void {
  world.above.value = null;
  document.querySelector<HTMLElement>(".write textarea")?.focus();
}

function Form({ conversation }: { conversation: string }): VNode | null {
  const world = useWorld();
  const words = phoningWords(world.reader.value.locale);
  const items = world.state.value?.timelines[conversation]?.items ?? [];
  const changes = phoningOf(items) !== null;
  const field = useRef<HTMLInputElement>(null);
  const [number, setNumber] = useState(() => lastNumber(items));
  const { problem, setProblem, busy, send } = useSending(conversation, number);
  const scanned = useScanner(() => setNumber(""));
  usePhoningStyle();
  useGoneWith(conversation);
  useEffect(() => field.current?.select(), []);
  const fail = (fault: Fault | "scanned") => {
    setProblem(words.fault[fault]);
    field.current?.focus();
  };
  const submit = () => {
    const fault = faultOf(number);
    if (fault) fail(fault);
    else void send(words).then((done) => done || field.current?.focus());
  };
  return (
    <form
      class="card phoning"
      noValidate
      aria-labelledby="phoning-title"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation(); // the panel stays
        closeCard(world);
      }}
    >
      <h2 id="phoning-title">
        <Phone /> {changes ? words.changeTitle : words.formTitle}
      </h2>
      <div class="phoning-field">
        <label for="phoning-number">{words.number}</label>
        <input
          ref={field}
          id="phoning-number"
          type="tel"
          dir="ltr"
          // Of a workstation that many use: a browser that remembers numbers would show them to the next.
          autocomplete="off"
          maxLength={NUMBER_MAX}
          value={number}
          aria-invalid={problem !== null}
          aria-describedby="phoning-problem phoning-hint"
          onInput={(event) => {
            setNumber(event.currentTarget.value);
            setProblem(null);
          }}
          onKeyDown={(event) => {
            if (!scanned(event)) return;
            event.preventDefault();
            fail("scanned");
          }}
        />
        <p id="phoning-problem" class="phoning-problem" role="alert">
          {problem}
        </p>
        <p id="phoning-hint" class="soft">
          {words.hint} {words.kept}
        </p>
      </div>
      <div class="choices">
        <button type="submit" class="button primary" aria-disabled={busy}>
          {changes ? words.change : words.ask}
        </button>
        <Button onClick={() => closeCard(world)}>{words.cancel}</Button>
      </div>
    </form>
  );
}

/** Send the number, in a conversation that begins with it if it has not begun. */
function useSending(conversation: string, number: string) {
  const world = useWorld();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (words: ReturnType<typeof phoningWords>): Promise<boolean> => {
    const desk = world.desk.peek();
    if (busy || !desk) return false;
    setBusy(true);
    const begun = await world.lent.ensureStarted(world, desk, conversation);
    const answer = begun ? await desk.act("phone_me", conversation, { number }) : null;
    setBusy(false);
    if (answer?.ok) {
      closeCard(world);
      announce(words.open(number));
      return true;
    }
    const told: Record<string, string> = { bad_number: words.fault.odd, switched_off: words.off };
    setProblem(told[answer?.code ?? ""] ?? words.refused);
    return false;
  };
  return { problem, setProblem, busy, send };
}

/** A wristband scanner types digits, too: what it read is no number to phone on. */
function useScanner(clear: () => void): (event: KeyboardEvent) => boolean {
  const { press } = useWorld().lent;
  const pressing = useRef<Burst>({ length: 0, lastAt: Number.NEGATIVE_INFINITY });
  return (event) => {
    const { burst, scan } = press(pressing.current, { key: event.key, at: event.timeStamp });
    pressing.current = burst;
    if (scan) clear();
    return scan !== null;
  };
}

/** A number is of one person in one conversation: with either gone, so is what was typed. */
function useGoneWith(conversation: string): void {
  const world = useWorld();
  const gone = world.current.value !== conversation;
  const desk = world.desk.value;
  useEffect(() => {
    if (gone) world.above.value = null;
    return () => {
      if (world.desk.peek() !== desk) world.above.value = null;
    };
  }, [gone, desk, world]);
}
