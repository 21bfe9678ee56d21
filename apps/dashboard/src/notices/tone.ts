/** Hz and seconds: two short notes, the second higher. */
const NOTES = [
  { pitch: 660, at: 0, length: 0.14 },
  { pitch: 880, at: 0.16, length: 0.22 },
] as const;
const LOUDNESS = 0.12;
const LOCK = "telltale.tone";
/** As long as other tabs may be late with the same news. */
const HELD_MS = 1_500;

let context: AudioContext | undefined;

/** Plays the tone. A browser that was not yet touched by the reader stays silent. */
export async function playTone(): Promise<void> {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") await context.resume();
    const start = context.currentTime + 0.02;
    for (const { pitch, at, length } of NOTES) {
      const oscillator = new OscillatorNode(context, { frequency: pitch });
      const gain = new GainNode(context, { gain: 0 });
      // Without a slope at either end a tone begins and ends with a click.
      gain.gain.setValueAtTime(0, start + at);
      gain.gain.linearRampToValueAtTime(LOUDNESS, start + at + 0.02);
      gain.gain.linearRampToValueAtTime(0, start + at + length);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start + at);
      oscillator.stop(start + at + length);
    }
  } catch {
    // No sound device: there is more than one way to be told.
  }
}

/** The tone for something new, from one tab only. */
export async function playToneOnce(): Promise<void> {
  if (!("locks" in navigator)) return playTone();
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await playTone();
    await new Promise((resolve) => setTimeout(resolve, HELD_MS));
  });
}
