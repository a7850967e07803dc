// Ringing: audible as long as a call waits, also while the desk's tab is in the background. One tab rings for all.
const EVERY = 2_600;
const LOUD = 0.12;

/** Ring until the returned function is called. Silent where the browser has not yet allowed sound. */
export function ring(): () => void {
  const stopping = new AbortController();
  if (navigator.locks)
    navigator.locks
      .request("curbside.desk.ring", { signal: stopping.signal }, () => ringUntil(stopping.signal))
      .catch(() => undefined);
  else void ringUntil(stopping.signal);
  return () => stopping.abort();
}

function ringUntil(stop: AbortSignal): Promise<void> {
  const context = new AudioContext();
  const play = () => {
    if (context.state === "suspended") void context.resume();
    for (const start of [0, 0.5]) tone(context, context.currentTime + start);
  };
  play();
  const timer = setInterval(play, EVERY);
  return new Promise((resolve) => {
    stop.addEventListener("abort", () => {
      clearInterval(timer);
      void context.close();
      resolve();
    });
  });
}

function tone(on: AudioContext, at: number): void {
  const loudness = on.createGain();
  loudness.connect(on.destination);
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUD, at + 0.03);
  loudness.gain.setValueAtTime(LOUD, at + 0.32);
  loudness.gain.linearRampToValueAtTime(0, at + 0.4);
  for (const frequency of [440, 554]) {
    const source = on.createOscillator();
    source.frequency.value = frequency;
    source.connect(loudness);
    source.start(at);
    source.stop(at + 0.42);
  }
}
