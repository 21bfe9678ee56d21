import Fastify from "fastify";
import { expect, test } from "vitest";
import { mapped, sendList } from "../src/http/json-list.ts";

/** Answers with the numbers up to `count`; says how many turns others had when each was made. */
async function answerOf(head: object, count: number): Promise<{ body: unknown; turns: number[] }> {
  let others = 0;
  let running = true;
  const other = (): void => {
    others++;
    if (running) setImmediate(other);
  };
  const turns: number[] = [];
  const app = Fastify();
  app.get("/list", (_request, reply) => {
    setImmediate(other);
    const numbers = Array.from({ length: count }, (_, i) => i);
    const items = mapped(numbers, (number) => {
      turns.push(others);
      return JSON.stringify({ number, text: "x".repeat(100) });
    });
    return sendList(reply, head, "items", items);
  });
  const answer = await app.inject("/list");
  running = false;
  await app.close();
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  return { body: answer.json(), turns };
}

const listOf = (count: number): unknown[] =>
  Array.from({ length: count }, (_, number) => ({ number, text: "x".repeat(100) }));

test("[H9] a long list is whole, and others get their turn while it is made", async () => {
  const { body, turns } = await answerOf({ from: 1, to: null }, 20_000);
  expect(body).toEqual({ from: 1, to: null, items: listOf(20_000) });
  const pieces = new Map<number, number>();
  for (const turn of turns) pieces.set(turn, (pieces.get(turn) ?? 0) + 1);
  // A piece of 64 Ki units holds some 500 of them.
  expect(Math.max(...pieces.values())).toBeLessThan(1000);
});

test("[H9] a short list, an empty one and one without anything beside it are JSON too", async () => {
  expect((await answerOf({ total: 2 }, 2)).body).toEqual({ total: 2, items: listOf(2) });
  expect((await answerOf({ total: 0 }, 0)).body).toEqual({ total: 0, items: [] });
  expect((await answerOf({}, 1)).body).toEqual({ items: listOf(1) });
});
