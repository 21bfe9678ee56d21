import { z } from "zod";
import { SCRAPED_KINDS, type ScrapedKind } from "./decode.ts";

const EXAMPLE = "such as http://127.0.0.1:8001/metrics";

const address = z.string().superRefine((text, context) => {
  const fail = (message: string): void => context.addIssue({ code: "custom", message });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) === false) {
    return fail(`expected an address that begins with http:// or https://, ${EXAMPLE}`);
  }
  if (!URL.canParse(text)) return fail(`expected an address ${EXAMPLE}`);
  const { protocol, hash } = new URL(text);
  if (!/^https?:$/.test(protocol)) return fail("expected an http:// or https:// address");
  if (hash) fail("expected an address without #: what follows it is never sent");
});

const target = z.strictObject({
  url: address,
  name: z.string().trim().min(1).max(100).optional(),
  kind: z.enum(SCRAPED_KINDS).optional(),
  intervalMs: z.int().min(250).max(3_600_000).default(5000),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string()).default({}),
  /** Id of the project that the figures belong to; absent: `default`. */
  project: z.string().min(1).optional(),
});

/** Keys of a target, for errors that name the nearest one. */
export const TARGET_KEYS: readonly string[] = Object.keys(target.shape);

/** The `scrape` option: addresses, or objects that say more. */
export const scrapeOption: z.ZodType<readonly ConfiguredTarget[], unknown> = z
  .array(z.preprocess((value) => (typeof value === "string" ? { url: value } : value), target))
  .max(200)
  .superRefine((targets, context) => {
    const names = targets.map(nameOf);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({
        code: "custom",
        path: [index, "name"],
        message: "expected a name of its own; another target has the same",
      });
    }
  });

export type ConfiguredTarget = z.output<typeof target>;

/** An address to fetch figures from, as the scraper works with it. */
export interface ScrapeTarget {
  readonly name: string;
  readonly url: URL;
  readonly kind: ScrapedKind | undefined;
  readonly intervalMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export function targetOf(configured: ConfiguredTarget): ScrapeTarget {
  const url = new URL(configured.url);
  if (url.pathname === "/") url.pathname = "/metrics";
  const headers: Record<string, string> = { ...configured.headers };
  if (url.username || url.password) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["authorization"] ??= `Basic ${Buffer.from(pair).toString("base64")}`;
    url.username = "";
    url.password = "";
  }
  const { kind, intervalMs } = configured;
  return { name: nameOf(configured), url, kind, intervalMs, headers };
}

function nameOf({ name, url }: ConfiguredTarget): string {
  if (name !== undefined) return name;
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return pathname === "/" || pathname === "/metrics" ? host : host + pathname;
}

/** Where a target is, without what may be secret. */
export function shownUrl({ url }: ScrapeTarget): string {
  return url.origin + url.pathname;
}
