// The scanner's Enter: a burst that no hand could type is never sent; the panel asks instead.
import { useRef, useState } from "preact/hooks";
import { noBurst, press } from "../core/scanner";

export interface Scanning {
  burst: boolean; // a scan waits for the person's word
  remove(): void;
  keep(): void;
  onKey(event: KeyboardEvent): boolean; // true: this Enter was the scanner's
}

interface Field {
  current: HTMLTextAreaElement | null;
}

/** Watch the keys of the field; `set` replaces its text. */
export function useScanning(field: Field, set: (text: string) => void): Scanning {
  const pressing = useRef(noBurst);
  const [scanned, setScanned] = useState<{ start: number; end: number } | null>(null);
  const settle = () => {
    setScanned(null);
    field.current?.focus();
  };
  return {
    burst: scanned !== null,
    keep: settle,
    remove() {
      const text = field.current?.value ?? "";
      if (scanned) set(text.slice(0, scanned.start) + text.slice(scanned.end));
      settle();
    },
    onKey(event) {
      const { burst, scan } = press(pressing.current, { key: event.key, at: event.timeStamp });
      pressing.current = burst;
      if (!scan) return false;
      const end = field.current?.selectionStart ?? 0;
      setScanned({ start: Math.max(0, end - scan.length), end });
      return true;
    },
  };
}
