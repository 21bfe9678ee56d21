import { seededRandom } from "@telltale/testkit/seeded-random";
import { describe, expect, test } from "vitest";
import { hashIds } from "../src/id-hash.ts";
import { Seen } from "../src/live/seen.ts";
import { keyOf, knownIds } from "./known-ids.ts";
import { request } from "./make.ts";

const HOUR = 3_600_000;
const noon = 1_795_417_200_000;
const ended = (id: string, at = noon) => request({ id, created: at - 1000, latencyMs: 1000 });

describe("hashes of ids", () => {
  test("are MurmurHash3 of the UTF-16 units, 128 bits", () => {
    const words = (id: string) =>
      [...hashIds([id])].map((word) => word.toString(16).padStart(8, "0")).join("");
    expect(words("")).toBe("0".repeat(32));
    // What MurmurHash3_x86_128 gives for the bytes "hello" would be another: units have two each.
    expect(
      new Set(["a", "b", "ab", "a\0", "a\0\0", "\0", "é", "abcdefgh", "abcdefghi"].map(words)).size,
    ).toBe(9);
  });

  test("differ for ids that hardly differ", () => {
    const ids = Array.from({ length: 200_000 }, (_, i) => `req-${i.toString(36)}`);
    const hashes = hashIds(ids);
    for (let word = 0; word < 4; word++) {
      const values = new Set(ids.map((_, i) => hashes[i * 4 + word]));
      // Of 32 bits alone, about 4.7 pairs of 200,000 are expected to meet.
      expect(values.size).toBeGreaterThan(ids.length - 40);
    }
    expect(keyOf("req-1")).not.toBe(keyOf("req-2"));
  });
});

describe("the ids of a day", () => {
  test("are known, and only they, whatever order they came in", () => {
    const seen = new Seen();
    const dice = seededRandom(7);
    const ids = Array.from({ length: 100_000 }, () => dice().toString(36));
    for (const [i, id] of ids.entries()) if (i % 2 === 0) seen.finished(ended(id), noon + i);
    const known = new Set(ids.filter((_, i) => i % 2 === 0));
    for (const id of ids) expect(seen.get(id) !== undefined).toBe(known.has(id));
  });

  test("take 50 bytes each at most", () => {
    const seen = new Seen();
    for (let i = 0; i < 150_000; i++) seen.finished(ended(`id-${i}`), noon);
    expect(seen.bytes / 150_000).toBeLessThan(50);
  });

  test("take nothing before there are any", () => {
    expect(new Seen().bytes).toBe(0);
  });

  test("are forgotten after 24 to 25 hours, running ones too", async () => {
    const seen = new Seen();
    seen.finished(ended("old"), noon);
    seen.finished({ ...ended("undated"), undated: true }, noon);
    seen.running(request({ id: "runs", status: "in_progress" }), noon);
    seen.finished(ended("new", noon + HOUR), noon + HOUR);
    const known = () => ["old", "undated", "runs", "new"].map((id) => seen.get(id) !== undefined);
    await seen.forget(noon + 24 * HOUR);
    expect(known()).toEqual([true, true, true, true]);
    await seen.forget(noon + 25 * HOUR);
    expect(known()).toEqual([false, false, false, true]);
  });

  test("are told apart by how far they are", () => {
    const seen = new Seen();
    seen.running(request({ id: "a", status: "in_progress", latencyMs: 3, usage: null }), noon);
    expect(seen.get("a")).toEqual({ finished: false, reach: 3 });
    seen.finished(ended("a"), noon);
    expect(seen.get("a")).toEqual({ finished: true });
  });

  test("are known again from their hashes", async () => {
    const seen = new Seen();
    seen.restore(
      knownIds([
        { id: "a", storedAt: noon },
        { id: "b", storedAt: noon + HOUR },
      ]),
    );
    await seen.forget(noon + 25 * HOUR);
    expect(["a", "b", "c"].map((id) => seen.get(id)?.finished)).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });
});
