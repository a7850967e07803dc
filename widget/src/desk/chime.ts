// Two soft tones, made here rather than fetched; one tab rings for all.
let context: AudioContext | null = null;

/** Ring once, lower and twice for blocked care. Silent where the browser has not yet allowed sound. */
export async function chime(urgent: boolean): Promise<void> {
  if (!navigator.locks) return play(urgent);
  await navigator.locks.request("curbside.desk.chime", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    play(urgent);
    await new Promise((done) => setTimeout(done, 1500));
  });
}

function play(urgent: boolean) {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  const tones = urgent ? [392, 523, 392, 523] : [523, 659];
  for (const [index, tone] of tones.entries()) note(context, tone, context.currentTime + index * 0.16);
}

function note(on: AudioContext, frequency: number, at: number) {
  const source = on.createOscillator();
  const loudness = on.createGain();
  source.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.08, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
  source.connect(loudness).connect(on.destination);
  source.start(at);
  source.stop(at + 0.32);
}
