import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../ui/Button";
import { Alert } from "../ui/signs";
import { sayCareIsBlocked } from "./sending";
import { useWorld } from "./world";

/** The path of its own: patient care is blocked. One question, then people are called out. */
export function Blocked({ conversation }: { conversation: string }): VNode {
  const world = useWorld();
  const words = world.words.value;
  const [asking, setAsking] = useState(false);
  const [sending, setSending] = useState(false);
  if (world.state.value?.timelines[conversation]?.urgency === "care_blocked") return <Paging />;
  if (!asking)
    return (
      <button type="button" class="blocked" onClick={() => setAsking(true)}>
        <Alert /> {words.careBlocked}
      </button>
    );
  const page = async () => {
    setSending(true);
    const done = await sayCareIsBlocked(world);
    setSending(false);
    setAsking(false);
    if (!done) world.trouble.value = words.problemSending;
  };
  return (
    <fieldset class="card danger">
      <legend class="floating">{words.careBlockedAsk}</legend>
      <p>{words.careBlockedWhat}</p>
      <div class="choices">
        <Button look="danger" disabled={sending} onClick={() => void page()}>
          {words.careBlockedYes}
        </Button>
        <Button onClick={() => setAsking(false)}>{words.careBlockedNo}</Button>
      </div>
    </fieldset>
  );
}

/** People are being called out; nothing more to do but to say what is blocked. */
export function Paging(): VNode {
  const world = useWorld();
  const words = world.words.value;
  return (
    <div class="card danger" role="status">
      <h2>
        <Alert /> {words.careBlockedDone}
      </h2>
      <p>{words.careBlockedSay}</p>
      {world.phone ? <p>{words.careBlockedPhone(world.phone)}</p> : null}
    </div>
  );
}
