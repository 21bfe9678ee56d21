import type { Mark } from "./annotations.ts";

/** More than this hide the chart. */
const MOST = 4;

export function sameMarks(one: readonly Mark[], other: readonly Mark[]): boolean {
  return one.length === other.length && one.every((mark, index) => mark === other[index]);
}

interface MarksToldProps {
  readonly marks: readonly Mark[];
  /** What the chart spans, Unix ms. */
  readonly from: number;
  readonly to: number;
}

/** What the pointer is near, on the other side of the chart so that it hides nothing of it. */
export function MarksTold({ marks, from, to }: MarksToldProps) {
  const [first] = marks;
  if (!first) return null;
  const side = first.at < (from + to) / 2 ? "right-1" : "left-14";
  return (
    <ul
      className={`pointer-events-none absolute top-4 z-10 max-w-[70%] rounded-inner border border-line-strong bg-surface px-2 py-1 text-12 ${side}`}
    >
      {marks.slice(0, MOST).map(({ at, word, name, detail, tone }) => (
        <li key={`${at} ${word} ${name}`} className={tone === "bad" ? "text-bad" : "text-good"}>
          {detail ?? name ?? word}
        </li>
      ))}
      {marks.length > MOST && <li className="text-faint">and {marks.length - MOST} more</li>}
    </ul>
  );
}
