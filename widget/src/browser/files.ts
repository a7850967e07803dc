// Files go by HTTPS, with the token in a header and their progress seen.
import type { FileRef } from "../core/frames";

/** A refusal in the server's words, with its stable code. */
export class FileRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Send one file of a conversation; `progress` hears the part that is through, from 0 to 1. */
export function upload(
  origin: string,
  token: string,
  conversation: string,
  file: File,
  progress?: (part: number) => void,
): Promise<FileRef> {
  const form = new FormData();
  form.append("conversation", conversation);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${origin}/v1/files`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress?.(event.loaded / event.total);
    request.onload = () =>
      request.status < 300 ? resolve(request.response as FileRef) : reject(refusal(request.response));
    request.onerror = request.ontimeout = request.onabort = () => reject(new FileRefused("no_link", ""));
    request.send(form);
  });
}

/** Ask for a link to a file that works for a short while. */
export async function fileLink(origin: string, token: string, id: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/files/${encodeURIComponent(id)}/link`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
  });
  const body = (await answer.json().catch(() => null)) as { url?: string } | null;
  if (!answer.ok || !body?.url) throw refusal(body);
  return new URL(body.url, origin).href;
}

function refusal(body: unknown): FileRefused {
  const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
  return new FileRefused(error?.code ?? "unknown", error?.message ?? "");
}
