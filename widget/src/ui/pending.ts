// Files that are on their way up while a message is being written.
import { useRef, useState } from "preact/hooks";
import type { FileRef, Limits } from "../core/frames";
import { useReader } from "./reader";
import { fileSize } from "./time";

export interface PendingFile {
  key: string;
  name: string;
  part: number; // 0 to 1
  id: string | null; // the file's id once it is stored
  error: string | null;
}

export interface PendingFiles {
  files: PendingFile[];
  add(files: File[]): void;
  remove(key: string): void;
  clear(): void;
  ready: boolean; // nothing is still going up or has failed
  problem: string | null; // why something was not taken at all
}

type Upload = (file: File, progress: (part: number) => void) => Promise<FileRef>;

/** Keep the files of a message that is being written: within the limits, each with its progress and its failure. */
export function usePendingFiles(upload: Upload, limits: Pick<Limits, "files" | "file_bytes">): PendingFiles {
  const { words, locale } = useReader();
  const [files, setFiles] = useState<PendingFile[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const made = useRef(0);
  const change = (key: string, part: Partial<PendingFile>) =>
    setFiles((all) => all.map((each) => (each.key === key ? { ...each, ...part } : each)));
  const begin = (file: File) => {
    made.current += 1;
    const key = `file:${made.current}`;
    setFiles((all) => [...all, { key, name: file.name, part: 0, id: null, error: null }]);
    upload(file, (part) => change(key, { part })).then(
      (stored) => change(key, { id: stored.id, part: 1 }),
      (failure: { code?: string }) =>
        change(key, {
          error: failure?.code === "bad_file" ? words.fileRefused(file.name) : words.uploadFailed(file.name),
        }),
    );
  };
  const add = (chosen: File[]) => {
    const tooLarge = chosen.find((file) => file.size > limits.file_bytes);
    const fitting = chosen.filter((file) => file.size <= limits.file_bytes).slice(0, limits.files - files.length);
    if (tooLarge) setProblem(words.fileTooLarge(tooLarge.name, fileSize(limits.file_bytes, locale)));
    else setProblem(fitting.length < chosen.length ? words.tooManyFiles(limits.files) : null);
    for (const file of fitting) begin(file);
  };
  return {
    files,
    add,
    remove: (key) => setFiles((all) => all.filter((each) => each.key !== key)),
    clear: () => setFiles([]),
    ready: files.every((each) => each.id !== null),
    problem,
  };
}
