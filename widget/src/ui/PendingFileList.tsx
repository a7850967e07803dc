import type { VNode } from "preact";
import { IconButton } from "./Button";
import type { PendingFile } from "./pending";
import { useReader } from "./reader";
import { Close, FileIcon } from "./signs";

/** The files of the message being written, each with its progress and a way to take it out again. */
export function PendingFileList({ files, onRemove }: { files: PendingFile[]; onRemove(key: string): void }): VNode {
  const { words } = useReader();
  return (
    <ul class="pending-files">
      {files.map((file) => (
        <li key={file.key} class={file.error ? "failed" : ""}>
          <FileIcon size={18} />
          <span class="file-name">
            <bdi>{file.error ?? file.name}</bdi>
            {file.id || file.error ? null : (
              <progress
                value={file.part}
                max={1}
                aria-label={words.uploading(file.name, Math.round(file.part * 100))}
              />
            )}
          </span>
          <IconButton icon={Close} label={words.removeFile(file.name)} onClick={() => onRemove(file.key)} />
        </li>
      ))}
    </ul>
  );
}
