import type { RequestUpdate } from "@telltale/protocol";
import { describe, expect, test } from "vitest";
import { readRequestsSearch } from "../src/pages/requests-search.ts";
import { whileHeld } from "../src/panels/held-requests.ts";
import { join } from "../src/panels/join-requests.ts";

const request = (
  id: string,
  created: number,
  change: Partial<RequestUpdate> = {},
): RequestUpdate => ({
  id,
  model: "gpt-5",
  created,
  latency_ms: 100,
  prompt_tokens: 1,
  completion_tokens: 1,
  total_tokens: 2,
  streaming: false,
  status: "success",
  cost: null,
  ...change,
});

const ids = (requests: readonly RequestUpdate[]): string[] => requests.map(({ id }) => id);

describe("live and stored requests", () => {
  test("are one list without a doubled row, newest first", () => {
    const stored = [request("b", 2), request("a", 1)];
    const live = [request("c", 3), request("b", 2)];
    expect(ids(join(stored, live))).toEqual(["c", "b", "a"]);
  });

  test("what has ended does not run again, whichever list said so", () => {
    const running = request("a", 1, { status: "in_progress" });
    const done = request("a", 1);
    expect(join([done], [running])[0]?.status).toBe("success");
    expect(join([running], [done])[0]?.status).toBe("success");
  });
});

describe("a held list", () => {
  test("keeps its rows in place, lets them grow, and counts what waits", () => {
    const frozen = [request("b", 2, { status: "in_progress" }), request("a", 1)];
    const now = [request("d", 4), request("c", 3), request("b", 2), request("a", 1)];
    const held = whileHeld(now, frozen);
    expect(ids(held.rows)).toEqual(["b", "a"]);
    expect(held.rows[0]?.status).toBe("success");
    expect(held.waiting).toBe(2);
  });

  test("takes older pages at its end, and keeps rows that the live list has dropped", () => {
    const held = whileHeld([request("c", 5), request("z", 0)], [request("b", 2)]);
    expect(ids(held.rows)).toEqual(["b", "z"]);
    expect(held.waiting).toBe(1);
  });
});

test("an address says only what is understood", () => {
  expect(readRequestsSearch({ q: "", request: 42, x: 1 })).toEqual({ request: "42" });
  expect(readRequestsSearch({ q: "status:error" })).toEqual({ q: "status:error" });
});
