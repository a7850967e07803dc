// Parts that come when they are needed, so that they weigh nothing before.
import type { FunctionComponent, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

const AGAIN = 2000;

/** Make a component of one that is still to be fetched; it shows nothing until then, and tries again if that fails. */
export function lazily<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let Loaded: FunctionComponent<P> | null = null;
  return function Lazy(props: P): VNode | null {
    const [, arrived] = useState(false);
    useEffect(() => {
      if (Loaded) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const fetchIt = () => {
        load().then(
          (component) => {
            Loaded = component;
            arrived(true);
          },
          () => {
            timer = setTimeout(fetchIt, AGAIN);
          },
        );
      };
      fetchIt();
      return () => clearTimeout(timer);
    }, []);
    return Loaded ? <Loaded {...props} /> : null;
  };
}
