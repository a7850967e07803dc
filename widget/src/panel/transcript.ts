// The transcript, as a text file that the browser saves.
import type { World } from "./world";

export async function downloadTranscript(world: World): Promise<void> {
  const conversation = world.current.peek();
  const reference = world.state.peek()?.timelines[conversation]?.reference ?? "conversation";
  try {
    const response = await world.post("/v1/transcript", { conversation });
    if (!response.ok) throw new Error(String(response.status));
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = `${reference}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch {
    world.trouble.value = world.words.peek().transcriptFailed;
  }
}
