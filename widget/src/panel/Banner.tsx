import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../ui/Button";
import { Close, Offline } from "../ui/icons";
import { useReader } from "../ui/reader";
import { useWorld } from "./world";

const PATIENCE = 3000;

/** The state of the link, only when it matters; what went wrong with something that was asked for; and a question. */
export function Banner(): VNode {
  return (
    <>
      <div class="banners" role="status">
        <Link />
        <Trouble />
      </div>
      {useWorld().above.value}
    </>
  );
}

function Link(): VNode | null {
  const world = useWorld();
  const words = world.words.value;
  const late = useLate(world.state.value?.link === "live", PATIENCE);
  if (!late) return null;
  const known = Boolean(world.state.value?.me);
  return (
    <p class="banner soon">
      <Offline size={18} />
      <span>{known ? words.noConnection : words.onlyInMemory}</span>
    </p>
  );
}

/** True once something has been amiss for a while: a blink of the network is nobody's business. */
function useLate(well: boolean, patience: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (well) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [well, patience]);
  return late && !well;
}

function Trouble(): VNode | null {
  const world = useWorld();
  const { words } = useReader();
  if (!world.trouble.value) return null;
  return (
    <p class="banner">
      <span>{world.trouble.value}</span>
      <IconButton icon={Close} label={words.discard} onClick={world.calm} />
    </p>
  );
}
