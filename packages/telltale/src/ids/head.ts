import { z } from "zod";
import { bytesOf, emptyPages, fillOf, HEAD_WORDS, type Pages, setFill } from "./page.ts";

/** What the first page of a file says, as text. */
const headSchema = z.strictObject({
  version: z.literal(1),
  /** When the first and the last of its ids were stored, Unix ms. */
  from: z.number(),
  to: z.number(),
  last: z.strictObject({ hash: z.array(z.number()), storedAt: z.number() }),
  /** In which the file of the number before ends where this one begins. */
  run: z.string(),
  /** Pages of its table, and of its list. */
  table: z.int().min(1),
  list: z.int().min(0),
});

export type Head = z.output<typeof headSchema>;

export function headPage(head: Head): Pages {
  const page = emptyPages(1);
  const text = Buffer.from(JSON.stringify(head));
  bytesOf(page).set(text, HEAD_WORDS * 4);
  setFill(page, 0, text.length);
  return page;
}

/** @throws when it is of another version */
export function headOf(page: Pages): Head {
  const text = Buffer.from(bytesOf(page)).toString("utf8", HEAD_WORDS * 4);
  return headSchema.parse(JSON.parse(text.slice(0, fillOf(page, 0))));
}
