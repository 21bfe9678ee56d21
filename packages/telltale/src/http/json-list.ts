import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { FastifyReply } from "fastify";

/** Size of what is written without a pause, UTF-16 units: about a millisecond of work. */
const PIECE = 65_536;

/**
 * Answers with `head` and a list beside its members. A long list is written while others get their
 * turn: as one text it would block the process for as long as it takes to make it.
 *
 * @param items JSON of each item, made when it is asked for
 */
export function sendList(
  reply: FastifyReply,
  head: object,
  name: string,
  items: Iterable<string>,
): FastifyReply {
  reply.type("application/json; charset=utf-8");
  const pieces = piecesOf(head, name, items);
  const first = pieces.next();
  if (first.done === true) return reply.send(first.value);
  return reply.send(Readable.from(inTurns(first.value, pieces), { objectMode: false }));
}

/** Each made when it is asked for. */
export function* mapped<T>(list: Iterable<T>, make: (item: T) => string): Generator<string> {
  for (const item of list) yield make(item);
}

/** Pieces of the text; returns the last one. */
function* piecesOf(
  head: object,
  name: string,
  items: Iterable<string>,
): Generator<string, string, undefined> {
  const members = JSON.stringify(head).slice(1, -1);
  let piece = `{${members}${members === "" ? "" : ","}${JSON.stringify(name)}:[`;
  let between = "";
  for (const item of items) {
    piece += between + item;
    between = ",";
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  return `${piece}]}`;
}

async function* inTurns(
  first: string,
  pieces: Generator<string, string, undefined>,
): AsyncGenerator<string> {
  yield first;
  for (;;) {
    await turn();
    const { value, done } = pieces.next();
    yield value;
    if (done === true) return;
  }
}
