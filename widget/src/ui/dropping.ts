// Files dropped anywhere on a surface.
import { useEffect, useState } from "preact/hooks";

/** Take files that are dropped on the page; true while some are held over it. Null takes none. */
export function useDropping(onFiles: ((files: File[]) => void) | null): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carries = (event: DragEvent) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const dragged = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault(); // else the browser would leave the page for the file
      setOver(onFiles !== null);
    };
    const left = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const dropped = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(false);
      onFiles?.([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragover", dragged);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    return () => {
      removeEventListener("dragover", dragged);
      removeEventListener("dragleave", left);
      removeEventListener("drop", dropped);
    };
  }, [onFiles]);
  return over;
}
