/** A page that nobody looks at gets no frames, but is to be whole when somebody does. */
const UNSEEN_MS = 100;

/** Runs in a task of its own once what is rendered now was painted. */
export function afterPaint(run: () => void): () => void {
  let timer = setTimeout(run, UNSEEN_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
