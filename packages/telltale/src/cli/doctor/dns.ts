import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connectFailure } from "../connect-failure.ts";
import { type Finding, fail, ms, ok, warn } from "./finding.ts";
import { hostOf, type Target } from "./target.ts";

export type Lookup =
  | { readonly addresses: readonly string[]; readonly took: number; readonly literal: boolean }
  | { readonly error: Error };

/** Asks for every address, as the system's resolver gives them. */
export async function probeDns({ url, patience }: Target): Promise<Lookup> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return { addresses: [host], took: 0, literal: true };
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      const error = Object.assign(new Error("no answer in time"), { code: "EAI_AGAIN" });
      timer = setTimeout(() => reject(error), patience.connect);
    });
    const found = await Promise.race([lookup(host, { all: true }), late]);
    const addresses = [...new Set(found.map(({ address }) => address))];
    return { addresses, took: performance.now() - started, literal: false };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    clearTimeout(timer);
  }
}

export function judgeDns(found: Lookup): Finding {
  if ("error" in found) {
    const { reason, advice } = connectFailure(found.error);
    return fail(reason, advice);
  }
  const { addresses, took, literal } = found;
  if (literal) return ok("an address, no name to look up");
  const measured = `${addresses.join(", ")} in ${ms(took)}`;
  return took > 1_000
    ? warn(measured, "the name server is slow: every first visit waits for it")
    : ok(measured);
}
