import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { CallWords } from "../../core/words/call.en";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/call/Cards";
import { useWorld } from "../world";
import { followed, type Moving, renewLink, stay, toPhone, toWindow } from "./moving";

interface Props {
  words: CallWords;
  mine: Moving;
}

/** On the way elsewhere: what to do, and a way back. */
export function OnItsWay({ words, mine }: Props): VNode | null {
  if (mine.way === "phone" && mine.code) return <Scan words={words} mine={mine} />;
  if (mine.step === "blocked") return <Blocked words={words} mine={mine} />;
  if (mine.step === "refused" || mine.step === "failed") return <NotMoved words={words} mine={mine} />;
  return <Card title={mine.way === "phone" ? words.usePhone : words.opening} lines={[]} />;
}

/** The window was kept closed: a link that the person clicks is another matter to every browser. */
function Blocked({ words, mine }: Props): VNode {
  const world = useWorld();
  useEffect(() => {
    const again = setTimeout(
      () => void renewLink(world),
      Math.max(0, (mine.code?.until ?? 0) - world.now.peek() - 5_000),
    );
    return () => clearTimeout(again);
  }, [mine, world]);
  return (
    <Card title={words.blocked} lines={[words.blockedHint]}>
      <Button onClick={stay}>{words.cancel}</Button>
      <a
        class="button primary"
        href={mine.code?.url ?? ""}
        target="_blank"
        rel="noopener noreferrer"
        onClick={() => setTimeout(followed)}
      >
        {words.openWindow}
      </a>
    </Card>
  );
}

function NotMoved({ words, mine }: Props): VNode {
  const world = useWorld();
  const failed = mine.step === "failed";
  const again = () => void (mine.way === "phone" ? toPhone : toWindow)(world, mine.call);
  return (
    <Card title={failed ? words.notMoved : words.noWindow} lines={failed ? [] : [words.noWindowHint]}>
      <Button onClick={stay}>{words.goOnHere}</Button>
      {failed ? (
        <Button look="primary" onClick={again}>
          {words.tryAgain}
        </Button>
      ) : (
        <Button look="primary" onClick={() => void toPhone(world, mine.call)}>
          {words.usePhone}
        </Button>
      )}
    </Card>
  );
}

/** The code to hold a phone to, for as long as it is good. */
function Scan({ words, mine }: Props): VNode {
  const world = useWorld();
  const { code } = mine;
  const left = Math.max(0, Math.ceil(((code?.until ?? 0) - world.now.value) / 1000));
  return (
    <Card title={left > 0 ? words.scan : words.scanOver} lines={left > 0 ? [words.scanHint] : []}>
      {left > 0 && code?.qr ? <Picture drawing={code.qr} label={words.scanPicture} /> : null}
      {left > 0 ? (
        <span class="num call-left" aria-hidden="true">
          {words.scanLeft(left)}
        </span>
      ) : null}
      <Button onClick={stay}>{words.cancel}</Button>
      {left > 0 ? null : (
        <Button look="primary" onClick={() => void toPhone(world, mine.call)}>
          {words.newCode}
        </Button>
      )}
    </Card>
  );
}

/** An image, so that nothing of what was drawn could act in this page. */
function Picture({ drawing, label }: { drawing: string; label: string }): VNode {
  const url = useMemo(() => URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" })), [drawing]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img class="call-code" src={url} alt={label} width="200" height="200" />;
}
