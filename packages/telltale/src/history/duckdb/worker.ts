import { parentPort, workerData } from "node:worker_threads";
import { StorageFullError } from "../store.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { isFatal, storageError } from "./failure.ts";
import type { Answer, Call, Failure, Question, Reply } from "./messages.ts";
import { Queue } from "./queue.ts";
import { byId, count, page } from "./requests.ts";
import { restore } from "./restore.ts";
import { series } from "./series.ts";
import { Writer } from "./writer.ts";

const options: DatabaseOptions = workerData;
const database = Database.open(options);
const writer = database.then((opened) => Writer.create(opened, options));

// A connection runs one statement at a time; a second one would wait in a thread of the pool that
// the other connection's commit may need.
const writes = new Queue();
const reads = new Queue();

type Read<T> = (connection: Parameters<typeof byId>[0]) => Promise<T>;

async function read<T>(query: Read<T>): Promise<T> {
  const opened = await database;
  const attempt = (): Promise<T> => opened.use(({ reader }) => query(reader));
  return reads.run(async () => {
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
  await writes.run(async () => {
    await reads.idle();
    // On a full disk the log stays as it is, and the next start reads it.
    await (await writer).checkpoint().catch(() => undefined);
    (await database).close();
  });
}

async function answer(question: Question): Promise<Answer> {
  switch (question.kind) {
    case "append": {
      const appended = await writer;
      await writes.run(() => appended.append(question.batch));
      void writes.run(() => appended.tidy()).catch(() => undefined);
      return { kind: "append" };
    }
    case "restore":
      return { kind: "restore", restored: await read((c) => restore(c, question.options)) };
    case "requests":
      return { kind: "requests", ...(await read((c) => page(c, question.page))) };
    case "count":
      return { kind: "count", count: await read((c) => count(c, question.filter)) };
    case "request":
      return { kind: "request", rows: await read((c) => byId(c, question.id)) };
    case "series":
      return { kind: "series", lines: await read((c) => series(c, question.query)) };
    case "close":
      await close();
      return { kind: "close" };
  }
}

function failure(error: unknown): Failure {
  const known = storageError(error);
  return { kind: "failure", full: known instanceof StorageFullError, message: known.message };
}

async function reply(call: number, pending: Promise<Answer>): Promise<void> {
  const message: Reply = { call, answer: await pending.catch(failure) };
  parentPort?.postMessage(message);
  if (message.answer.kind === "close") parentPort?.close();
}

parentPort?.on("message", ({ call, question }: Call) => void reply(call, answer(question)));
await reply(
  0,
  writer.then((): Answer => ({ kind: "open" })),
);
