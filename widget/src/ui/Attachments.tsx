import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FileRef } from "../core/frames";
import { Download, FileIcon } from "./icons";
import { useReader } from "./reader";
import { fileSize } from "./time";

export type FileUrl = (id: string) => Promise<string>;

/** Open a file by a fresh short-lived link, in a tab that cannot reach back here. */
async function openFile(id: string, fileUrl: FileUrl, failed: () => void): Promise<void> {
  try {
    window.open(await fileUrl(id), "_blank", "noopener,noreferrer");
  } catch {
    failed();
  }
}

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/u;

/** The files of a message: pictures as thumbnails, everything else as a named link; nothing is ever shown as markup. */
export function Attachments({ files, fileUrl }: { files: FileRef[]; fileUrl: FileUrl }): VNode {
  return (
    <span class="files">
      {files.map((file) =>
        PICTURES.test(file.mime) ? (
          <Thumbnail key={file.id} file={file} fileUrl={fileUrl} />
        ) : (
          <FileLink key={file.id} file={file} fileUrl={fileUrl} />
        ),
      )}
    </span>
  );
}

function Thumbnail({ file, fileUrl }: { file: FileRef; fileUrl: FileUrl }): VNode {
  const { words } = useReader();
  const [url, setUrl] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  const refreshed = useRef(false);
  const load = () => fileUrl(file.id).then(setUrl, () => setGone(true));
  useEffect(() => void load(), [file.id]);
  /** A link lives shortly: one that has run out is fetched again, once. */
  const broken = () => {
    if (refreshed.current) return setGone(true);
    refreshed.current = true;
    void load();
  };
  if (gone) return <span class="file-gone">{words.fileGone}</span>;
  return (
    <button
      type="button"
      class="thumbnail"
      aria-label={words.openPicture(file.name)}
      onClick={() => void openFile(file.id, fileUrl, () => setGone(true))}
    >
      {url ? (
        <img src={url} alt="" width={file.width ?? 240} height={file.height ?? 160} decoding="async" onError={broken} />
      ) : (
        <span class="thumbnail-empty" />
      )}
    </button>
  );
}

function FileLink({ file, fileUrl }: { file: FileRef; fileUrl: FileUrl }): VNode {
  const { words, locale } = useReader();
  const [gone, setGone] = useState(false);
  const size = fileSize(file.size, locale);
  if (gone) return <span class="file-gone">{words.fileGone}</span>;
  return (
    <button
      type="button"
      class="file"
      title={words.openFile(file.name, size)}
      onClick={() => void openFile(file.id, fileUrl, () => setGone(true))}
    >
      <FileIcon />
      <span class="file-name">
        <bdi>{file.name}</bdi>
        <small class="num">{size}</small>
      </span>
      <Download size={18} />
    </button>
  );
}
