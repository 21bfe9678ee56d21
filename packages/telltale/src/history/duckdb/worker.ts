import { parentPort, workerData } from "node:worker_threads";
import { Queue } from "../../queue.ts";
import { StorageFullError } from "../store.ts";
import { analyse } from "./analyse.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { exportParquet } from "./export.ts";
import { isFatal, storageError } from "./failure.ts";
import { Keeper } from "./keeper.ts";
import { kept } from "./kept.ts";
import { memoryOfLines } from "./lines.ts";
import type { Answer, Call, Failure, Question, Reply } from "./messages.ts";
import { remember } from "./remember.ts";
import { byId, count, page } from "./requests.ts";
import { restore } from "./restore.ts";
import { rolledSeries } from "./rolled-series.ts";
import { series } from "./series.ts";
import { storedIds } from "./stored-ids.ts";
import { Writer } from "./writer.ts";

const options: DatabaseOptions = workerData;
const database = Database.open(options);
const writer = database.then((opened) => Writer.create(opened, options));

// A connection runs one statement at a time; a second one would wait in a thread of the pool that
// the other connection's commit may need.
const writes = new Queue();
const lookups = new Queue();
const reads = new Queue();
const keeping = new Queue();

const keeper = Promise.all([database, writer]).then(
  ([opened, writing]) => new Keeper(opened, writing, options, writes, [lookups, reads]),
);
// Why it cannot be opened is what the first call is answered.
keeper.catch(() => undefined);

// That the file could not be opened is the answer to call 0, and nothing besides.
keeper.catch(() => undefined);

/** What is due is looked for so often, ms. */
const ROUND = 5000;

async function keep<T>(work: (keeper: Keeper) => Promise<T>): Promise<T> {
  const kept = await keeper;
  return keeping.run(() => work(kept));
}

// What fails now, for want of disk, is tried again in the next round.
const round = (): void =>
  void keep(async (k) => {
    await k.rollUp(Date.now());
    await k.renew();
  }).catch(() => undefined);
const rounds = setInterval(round, ROUND);

type Read<T> = (connection: Parameters<typeof byId>[0]) => Promise<T>;

function read<T>(query: Read<T>): Promise<T> {
  return ask("reader", reads, query);
}

async function ask<T>(by: "reader" | "lookup", queue: Queue, query: Read<T>): Promise<T> {
  const opened = await database;
  const attempt = (): Promise<T> => opened.use((connections) => query(connections[by]));
  return queue.run(async () => {
    try {
      return await attempt();
    } catch (error) {
      // The file has been opened again since.
      if (isFatal(error)) return attempt();
      throw error;
    }
  });
}

async function close(): Promise<void> {
  clearInterval(rounds);
  // The next start has the less to do.
  await keep((k) => k.rollUp(Date.now(), true)).catch(() => undefined);
  await writes.run(async () => {
    await reads.idle();
    await lookups.idle();
    // On a full disk the log stays as it is, and the next start reads it.
    await (await writer).checkpoint().catch(() => undefined);
    await (await database).close();
  });
}

async function answer(question: Question): Promise<Answer> {
  switch (question.kind) {
    case "append": {
      const appended = await writer;
      await writes.run(() => appended.append(question.batch));
      void writes.run(() => appended.tidy()).catch(() => undefined);
      if ((await keeper).grown) round();
      return { kind: "append" };
    }
    case "restore":
      return { kind: "restore", restored: await read((c) => restore(c, question.options)) };
    case "storedIds":
      return {
        kind: "storedIds",
        ids: await ask("lookup", lookups, (c) => storedIds(c, question.spans)),
      };
    case "remembered":
      return {
        kind: "remembered",
        remembered: await ask("lookup", lookups, (c) => remember(c, question.from)),
      };
    case "requests": {
      const hints = { nearRows: options.nearRows, committed: (await writer).committed };
      return { kind: "requests", ...(await read((c) => page(c, question.page, hints))) };
    }
    case "count":
      return { kind: "count", count: await read((c) => count(c, question.filter)) };
    case "request":
      return { kind: "request", rows: await ask("lookup", lookups, (c) => byId(c, question.id)) };
    case "series":
      return {
        kind: "series",
        lines: await read(
          async (c) => (await rolledSeries(c, question.query)) ?? series(c, question.query),
        ),
      };
    case "rollUp":
      await keep((k) => k.rollUp(Date.now(), true));
      return { kind: "rollUp" };
    case "retain":
      return {
        kind: "retain",
        retained: await keep((k) => k.retain(question.options, Date.now())),
      };
    case "kept":
      return { kind: "kept", kept: await read((c) => kept(c, options.path)) };
    case "backup":
      await keep((k) => k.backup(question.file));
      return { kind: "backup" };
    case "analyse":
      return { kind: "analyse", finding: await read((c) => analyse(c, question.analysis)) };
    case "exportParquet": {
      const { selection, file } = question;
      const opened = await database;
      const write = (): Promise<number> =>
        opened.use((connections) => exportParquet(connections.keeper, selection, file));
      return { kind: "exportParquet", count: await keeping.run(write) };
    }
    case "close":
      await close();
      return { kind: "close" };
  }
}

function failure(error: unknown): Failure {
  const known = storageError(error);
  return { kind: "failure", full: known instanceof StorageFullError, message: known.message };
}

/** Ends once nothing of DuckDB is under way any more. */
function end(): void {
  clearInterval(rounds);
  parentPort?.close();
}

async function reply(call: number, pending: Promise<Answer>): Promise<void> {
  const message: Reply = { call, answer: await pending.catch(failure) };
  const { answer: sent } = message;
  parentPort?.postMessage(message, sent.kind === "series" ? memoryOfLines(sent.lines) : []);
}

parentPort?.on("message", ({ call, question }: Call) => {
  const replied = reply(call, answer(question));
  if (question.kind === "close") void replied.finally(end);
});
const opened = writer.then((): Answer => ({ kind: "open" }));
await reply(0, opened);
await opened.catch(end);
