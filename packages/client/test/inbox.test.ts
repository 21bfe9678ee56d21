import { type AnyEnvelope, number, object } from "@telltale/protocol";
import fc, { runs } from "@telltale/testkit/properties";
import { init, message, metrics } from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import type { ProtocolError } from "../src/errors.ts";
import { Inbox } from "../src/inbox.ts";

function inbox() {
  const messages: AnyEnvelope[] = [];
  const gaps: [number, number][] = [];
  const faults: ProtocolError[] = [];
  const box = new Inbox({
    message: (one) => messages.push(one),
    gap: (from, to) => gaps.push([from, to]),
    fault: (error) => faults.push(error),
  });
  const take = (content: unknown): void => box.accept(JSON.stringify(content));
  return { box, messages, gaps, faults, take };
}

describe("sequence", () => {
  it("[C5] every number is delivered once, or named in exactly one gap, or was there before the start", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1 }), (sequences) => {
        const { take, messages, gaps } = inbox();
        for (const sequence of sequences) take(message("custom", null, sequence));
        const delivered = messages.map((one) => one.sequence ?? -1);
        expect(delivered).toEqual([...new Set(delivered)].sort((a, b) => a - b));
        const missing = new Set<number>();
        for (const [from, to] of gaps) {
          for (let n = from; n <= to; n++) {
            expect(missing.has(n)).toBe(false);
            missing.add(n);
          }
        }
        const first = sequences[0] ?? 0;
        const last = Math.max(...sequences);
        for (let n = first; n <= last; n++) {
          expect(missing.has(n), `${n}`).toBe(!delivered.includes(n));
        }
      }),
    );
  });

  it("starts anywhere on a new connection", () => {
    const { box, take, messages, gaps } = inbox();
    take(message("custom", null, 7));
    box.restart();
    take(message("custom", null, 0));
    expect(messages.map((one) => one.sequence)).toEqual([7, 0]);
    expect(gaps).toEqual([]);
  });

  it("starts anywhere after an init, which ends the count before it", () => {
    const { take, messages, gaps } = inbox();
    take(message("custom", null, 7));
    take(message("init", init()));
    take(message("custom", null, 0));
    take(message("init", init(), 5));
    take(message("custom", null, 6));
    expect(messages.map((one) => one.sequence)).toEqual([7, undefined, 0, 5, 6]);
    expect(gaps).toEqual([]);
  });

  it("counts a message that cannot be used as arrived", () => {
    const { take, gaps, faults } = inbox();
    take(message("metrics_update", metrics(), 1));
    take(message("metrics_update", { total_requests: "many" }, 2));
    take(message("metrics_update", metrics(), 3));
    expect(faults).toHaveLength(1);
    expect(gaps).toEqual([]);
  });
});

describe("what is wrong", () => {
  it("[C6] is reported once, with its place, and dropped", () => {
    const { take, box, messages, faults } = inbox();
    for (let n = 0; n < 3; n++) {
      box.accept("{");
      take(message("metrics_update", { ...metrics(), total_cost: null }));
      take({ type: 5, timestamp: 1, data: {} });
      box.accept(new ArrayBuffer(1));
    }
    expect(messages).toEqual([]);
    expect(faults.map((fault) => [fault.type, fault.path])).toEqual([
      ["frame", ""],
      ["metrics_update", "data.total_cost"],
      ["frame", "type"],
    ]);
    expect(faults[1]?.message).toBe(
      "metrics_update: expected number at data.total_cost, received null",
    );
  });

  it("[C6] is what a schema of the application says of a type of its own", () => {
    const messages: unknown[] = [];
    const faults: string[] = [];
    const events = {
      message: (one: AnyEnvelope) => messages.push(one.data),
      gap: () => {},
      fault: (error: ProtocolError) => faults.push(error.message),
    };
    const box = new Inbox(events, () => ({
      queue_drained: object({ depth: number }),
      metrics_update: object({}),
    }));
    for (const depth of [1, "two", 3]) {
      box.accept(JSON.stringify(message("queue_drained", { depth })));
    }
    box.accept(JSON.stringify(message("metrics_update", {})));
    box.accept(JSON.stringify(message("constructor", 4)));
    expect(messages).toEqual([{ depth: 1 }, { depth: 3 }, 4]);
    expect(faults).toEqual([
      "queue_drained: expected number at data.depth, received string",
      "metrics_update: expected number at data.total_requests, received nothing",
    ]);
  });

  it("in one envelope of an array spares the others", () => {
    const { take, messages } = inbox();
    take([message("custom", 1), 5, message("custom", 2)]);
    expect(messages.map((one) => one.data)).toEqual([1, 2]);
  });

  it("never throws, whatever arrives", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(undefined)), (frame) => {
        expect(() => inbox().box.accept(frame)).not.toThrow();
      }),
      { numRuns: runs(200) },
    );
  });

  it("is reported a hundred times at most, however inventive the peer", () => {
    const { take, faults } = inbox();
    const costs = { period: "day", total_cost: 1, breakdown_by_service: {} };
    for (let n = 0; n < 500; n++) {
      const breakdown_by_model = { [`model-${n}`]: "x" };
      take(message("cost_update", { ...costs, projected_monthly_cost: 1, breakdown_by_model }));
    }
    expect(faults).toHaveLength(100);
  });
});
