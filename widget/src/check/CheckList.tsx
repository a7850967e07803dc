import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ask } from "../browser/ways";
import { type Found, foundBy, type Result, type Step } from "../core/equipment";
import type { CheckWords } from "../core/words/check.en";
import { type Around, asText, change, said, whole } from "./said";
import { check, FIRST } from "./steps";
import { wearCheck } from "./wear";

interface CheckListProps {
  words: CheckWords;
  origin: string;
  ask: Ask;
  /** It begins by itself: somebody has just asked for it. */
  begun?: boolean;
  onDone?(found: Found): void;
  /** What else can be chosen. */
  children?: ComponentChildren;
}

const waiting = (): Result[] => FIRST.map((step) => ({ step, state: "waiting", code: "" }));

/** A check as a calm list: each step, how it stands, and what to change. */
export function CheckList({ words, origin, ask, begun = false, onDone, children }: CheckListProps): VNode {
  const [results, setResults] = useState<Result[]>(waiting);
  const [level, setLevel] = useState(0);
  const [picture, setPicture] = useState<MediaStream | null>(null);
  const [run, setRun] = useState(begun ? 1 : 0);
  const [done, setDone] = useState(false);
  const places = useRef<Around["places"]>({});
  useEffect(wearCheck, []);
  useEffect(() => {
    if (run === 0) return;
    const stopping = new AbortController();
    let all = waiting();
    setResults(all);
    setDone(false);
    const told = (result: Result, place: string) => {
      places.current = place ? { ...places.current, [result.step]: place } : places.current;
      all = put(all, result);
      setResults(all);
    };
    const hearer = { told, level: setLevel, picture: setPicture };
    void check({ ask, origin, hearer, signal: stopping.signal }).then(() => {
      if (stopping.signal.aborted) return;
      setDone(true);
      onDone?.(foundBy(all));
    });
    return () => stopping.abort();
  }, [run]);
  const around = { origin, framed: window.parent !== window, places: places.current };
  const trying = run > 0 && !done;
  const known = results.filter(({ state }) => state !== "waiting" && state !== "trying").length;
  const verdict = done ? whole(results) : null;
  return (
    <div class="check">
      {run === 0 ? <p class="check-hint">{words.hint}</p> : null}
      <div class="check-choices">
        <button type="button" class="button primary" aria-disabled={trying} onClick={() => trying || setRun(run + 1)}>
          {run === 0 ? words.start : trying ? words.trying : words.again}
        </button>
        {done ? <Copy text={asText(results, words, around, navigator.userAgent)} words={words} /> : null}
        {children}
      </div>
      <p class="check-whole" role="status" data-state={verdict ?? ""}>
        {verdict ? words.all[verdict] : trying ? words.progress(known, results.length) : ""}
      </p>
      <ol class="check-list">
        {results.map((result) => (
          <Row key={result.step} result={result} words={words} around={around}>
            {result.step === "microphone" && result.state === "trying" ? <Meter level={level} words={words} /> : null}
            {result.step === "camera" && picture ? <Picture stream={picture} label={words.picture} /> : null}
          </Row>
        ))}
      </ol>
    </div>
  );
}

/** Put a result in its place, or at the end. */
function put(all: readonly Result[], result: Result): Result[] {
  const known = all.some(({ step }) => step === result.step);
  return known ? all.map((each) => (each.step === result.step ? result : each)) : [...all, result];
}

interface RowProps {
  result: Result;
  words: CheckWords;
  around: Around;
  children: (VNode | null)[];
}

function Row({ result, words, around, children }: RowProps): VNode {
  const todo = change(result, words, around);
  const { step, state } = result;
  return (
    <li class="check-row" data-step={step} data-state={state} aria-busy={state === "trying"}>
      <span class="check-mark" aria-hidden="true">
        {MARKS[state]}
      </span>
      <div class="check-words">
        <h2>{words.steps[step as Step]}</h2>
        <p>
          {state === "good" || state === "notice" || state === "bad" ? (
            <span class="check-unseen">{words.states[state]}: </span>
          ) : null}
          {said(result, words)}
        </p>
        {todo ? <p class="check-change">{todo}</p> : null}
        {children}
      </div>
    </li>
  );
}

const MARKS = { waiting: "·", trying: "…", good: "✓", notice: "!", bad: "✕" } as const;

function Meter({ level, words }: { level: number; words: CheckWords }): VNode {
  return (
    <>
      <p class="check-speak">{words.speak}</p>
      <meter class="check-level" min={0} max={1} value={level} aria-label={words.level} />
    </>
  );
}

function Picture({ stream, label }: { stream: MediaStream; label: string }): VNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} class="check-picture" autoplay muted playsInline aria-label={label} />;
}

/** What IT asks for in a ticket. Where the clipboard is closed the text stands there to be marked. */
function Copy({ text, words }: { text: string; words: CheckWords }): VNode {
  const [copied, setCopied] = useState<"" | "yes" | "no">("");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied("yes"),
      () => setCopied("no"),
    );
  return (
    <>
      <button type="button" class="button quiet" onClick={() => void copy()}>
        {copied === "yes" ? words.copied : words.copy}
      </button>
      {copied === "no" ? <textarea class="check-text" readOnly rows={8} aria-label={words.copy} value={text} /> : null}
    </>
  );
}
