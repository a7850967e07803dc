import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ratingPlace } from "../core/drafts";
import { Button, LinkButton } from "../ui/Button";
import { sayRefused } from "./refused";
import { useWorld } from "./world";

const SCORES = [1, 2, 3, 4, 5];

/** 'Are you back to work?', one to five, a comment: one small step at a time, and never twice. */
export function Rating({ conversation, onAside }: { conversation: string; onAside(): void }): VNode {
  const world = useWorld();
  const words = world.words.value;
  const [back, setBack] = useState<boolean | null>(null);
  const [score, setScore] = useState<number | null>(null);
  const [comment, setComment, forget] = useComment(conversation);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    const fields = { score, back_to_work: back, comment: comment.trim() };
    const answer = await world.desk.peek()?.act("rate", conversation, fields);
    setSending(false);
    if (!answer?.ok && answer?.code !== "already_rated") {
      sayRefused(world, answer?.code ?? "");
      return;
    }
    world.tell({ type: "event", name: "conversation:rated", detail: score === null ? {} : { score } });
    aside();
  };
  const aside = () => {
    forget();
    onAside();
  };
  return (
    <div class="card rating">
      <fieldset>
        <legend>{words.backToWork}</legend>
        <div class="choices">
          <Button aria-pressed={back === true} onClick={() => setBack(true)}>
            {words.yes}
          </Button>
          <Button aria-pressed={back === false} onClick={() => setBack(false)}>
            {words.no}
          </Button>
        </div>
      </fieldset>
      {back === null ? null : <Score score={score} setScore={setScore} comment={comment} setComment={setComment} />}
      <div class="choices">
        {back === null ? null : (
          <Button look="primary" disabled={sending} onClick={() => void send()}>
            {words.sendRating}
          </Button>
        )}
        <LinkButton class="plain" onClick={aside}>
          {words.notNow}
        </LinkButton>
      </div>
    </div>
  );
}

/** What is said beside the rating: a draft like any other, so that a reload loses nothing of it. */
function useComment(conversation: string): [string, (text: string) => void, () => void] {
  const world = useWorld();
  const place = ratingPlace(conversation);
  const keep = (text: string) =>
    world.desk.peek()?.draft(place, text ? { text, files: [], quote: null, mode: "message" } : null);
  return [world.state.value?.drafts[place]?.text ?? "", keep, () => keep("")];
}

interface ScoreProps {
  score: number | null;
  setScore(score: number): void;
  comment: string;
  setComment(comment: string): void;
}

/** The second step, once it is known whether work goes on. */
function Score({ score, setScore, comment, setComment }: ScoreProps): VNode {
  const words = useWorld().words.value;
  return (
    <>
      <fieldset>
        <legend>{words.howWasIt}</legend>
        <div class="scores num">
          {SCORES.map((each) => (
            <label key={each} class="score">
              <input
                type="radio"
                name="score"
                class="unseen"
                checked={score === each}
                aria-label={words.score(each)}
                onChange={() => setScore(each)}
              />
              <span aria-hidden="true">{each}</span>
            </label>
          ))}
        </div>
        <p class="score-ends" aria-hidden="true">
          <span>{words.scoreLow}</span>
          <span>{words.scoreHigh}</span>
        </p>
      </fieldset>
      <label class="comment">
        {words.comment}
        <textarea
          rows={2}
          maxLength={2000}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
    </>
  );
}
