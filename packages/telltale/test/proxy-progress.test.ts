import { request } from "undici";
import { describe, expect, it } from "vitest";
import { OverloadedError } from "../src/intake.ts";
import { chatCall, latch, MemoryIntake, raw, startProxy } from "./proxy-harness.ts";

const chat = "/openai/v1/chat/completions";
const streaming = { ...chatCall, stream: true };

describe("a running call", () => {
  it("is shown from its start, with the prompt estimated", async () => {
    const { url, intake } = await startProxy();
    await raw(url + chat, chatCall);
    await intake.event();
    expect(intake.shown).toMatchObject([
      {
        id: "proxy-id-1",
        status: "in_progress",
        model: "gpt-4o-mini",
        // "user" and "Say hello to the world": 26 bytes.
        usage: { input: 7, output: 0 },
        usageQuality: "estimated",
        statusCode: null,
        ttftMs: null,
        failure: null,
      },
    ]);
  });

  it("grows while it streams, no more often than asked", async () => {
    let received = "";
    const { url, intake, clock, fake } = await startProxy(
      {},
      // Time passes with the pieces only.
      { progressIntervalMs: 100, delay: () => new Promise(() => undefined) },
    );
    clock.step = 0;
    fake.script = {
      tokens: Array.from({ length: 40 }, () => "word"),
      // Each piece waits for those before it to have come through, 10 ms apart. The one with the
      // usage does not come through.
      async gate(piece) {
        while (received.split("data: ").length - 1 < Math.min(piece, 42)) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        clock.time += 10;
      },
    };
    const answer = await request(url + chat, { method: "POST", body: JSON.stringify(streaming) });
    for await (const chunk of answer.body) received += chunk;
    const event = await intake.event();
    const grown = intake.shown.slice(1);
    expect(grown[0]).toMatchObject({ ttftMs: expect.any(Number), usage: { output: 1 } });
    const outputs = grown.map(({ usage }) => usage?.output ?? 0);
    expect(outputs).toEqual([...outputs].sort((a, b) => a - b));
    const times = grown.map(({ latencyMs }) => latencyMs ?? 0);
    for (const [i, time] of times.entries()) {
      const before = times[i - 1];
      if (before !== undefined) expect(time - before).toBeGreaterThanOrEqual(100);
    }
    // The first token, and then 400 ms.
    expect(grown.length).toBe(5);
    expect(grown.every(({ usageQuality }) => usageQuality === "estimated")).toBe(true);
    expect(event).toMatchObject({ usage: { output: 40 }, usageQuality: "reported" });
    // Nothing in progress is shown once it is over.
    expect(intake.shown.at(-1)?.latencyMs).toBeLessThanOrEqual(event.latencyMs ?? 0);
  });

  it("shows how far it came when it pauses", async () => {
    const pause = latch();
    const { url, intake, clock, fake } = await startProxy(
      {},
      {
        progressIntervalMs: 100,
        delay: async (ms) => {
          await new Promise((resolve) => setImmediate(resolve));
          clock.time += ms;
        },
      },
    );
    clock.step = 0;
    fake.script = {
      tokens: Array.from({ length: 40 }, () => "word"),
      // Ten pieces in the same moment, and then nothing for long.
      gate: (piece) => (piece < 10 ? undefined : pause.opened),
    };
    const answer = raw(url + chat, streaming);
    await expect.poll(() => intake.shown.at(-1)?.usage?.output).toBe(9);
    pause.open();
    await answer;
    expect(await intake.event()).toMatchObject({ usage: { output: 40 } });
  });

  it("shows the upstream's own count where it comes with every chunk", async () => {
    const { url, intake } = await startProxy(
      { tokens: ["a".repeat(400), "b".repeat(400)], promptTokens: 77 },
      { progressIntervalMs: 0 },
    );
    const stream_options = { include_usage: true, continuous_usage_stats: true };
    await raw(url + chat, { ...streaming, stream_options });
    await intake.event();
    expect(intake.shown.map(({ usage }) => [usage?.input, usage?.output])).toContainEqual([77, 1]);
  });
});

describe("recording", () => {
  it("[P7] does not hold the caller's answer up", async () => {
    const stuck = latch();
    const intake = new MemoryIntake();
    const ingest = intake.ingest.bind(intake);
    intake.ingest = async (events) => {
      await stuck.opened;
      return ingest(events);
    };
    const { url } = await startProxy({}, { intake });
    const answer = await raw(url + chat, streaming);
    expect(answer.cut).toBe(false);
    expect(String(answer.body)).toContain("[DONE]");
    stuck.open();
    expect((await intake.event()).status).toBe("success");
  });

  it("is tried again when there is too much to store", async () => {
    const intake = new MemoryIntake();
    const ingest = intake.ingest.bind(intake);
    const waits: number[] = [];
    let refusals = 3;
    intake.ingest = async (events) => {
      if (refusals-- > 0) throw new OverloadedError(2);
      return ingest(events);
    };
    const delay = async (ms: number): Promise<void> => {
      waits.push(ms);
    };
    const { url, log } = await startProxy({}, { intake, delay });
    await raw(url + chat, chatCall);
    await intake.event();
    expect(waits).toEqual([2_000, 2_000, 2_000]);
    expect(log).toEqual([]);
  });

  it("[P7] fails alone: the caller has its answer, the operator a line without its text", async () => {
    const intake = new MemoryIntake();
    const failed = latch();
    intake.ingest = () => Promise.reject(new Error("The disk is gone"));
    intake.progress = () => {
      throw new Error("Nobody looks");
    };
    const log: string[] = [];
    const warn = (fields: object, message: string): void => {
      log.push(`${message} ${JSON.stringify(fields)}`);
      if (message.includes("not recorded")) failed.open();
    };
    const { url } = await startProxy({}, { intake, log: { warn } });
    const answer = await raw(url + chat, streaming);
    expect(String(answer.body)).toContain("[DONE]");
    await failed.opened;
    expect(log.at(-1)).toBe(
      'A proxied request was not recorded {"id":"proxy-id-1","attempts":1,"reason":"The disk is gone"}',
    );
    expect(log.join()).not.toContain("hello");
  });
});
