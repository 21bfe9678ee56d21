import { accepts, init } from "@telltale/protocol";
import { carriesSecret, judgeAddress } from "./address.ts";
import { judgeBuffering } from "./buffering.ts";
import { judgeCadence } from "./cadence.ts";
import { judgeClock } from "./clock.ts";
import { judgeDns, probeDns } from "./dns.ts";
import { judgeEventStream, probeEventStream } from "./event-stream.ts";
import { type Finding, skip } from "./finding.ts";
import { judgeFirstMessage } from "./first-message.ts";
import { judgeLongPoll, probeLongPoll } from "./long-poll.ts";
import { type Message, readFrames } from "./messages.ts";
import { judgeOrigin, probeOrigin } from "./origin.ts";
import { judgeSchema } from "./schema.ts";
import { judgeSequence } from "./sequence.ts";
import { openStream } from "./socket.ts";
import { isSecure, type Patience, portOf, type Target } from "./target.ts";
import { judgeTcp, probeTcp } from "./tcp.ts";
import { judgeTls, probeTls } from "./tls.ts";
import { judgeCompression, judgeSubprotocol, judgeUpgrade } from "./upgrade.ts";

/** Every check, in order. */
export const checks = [
  "address",
  "dns",
  "tcp",
  "tls",
  "upgrade",
  "origin",
  "subprotocol",
  "first message",
  "schema",
  "sequence",
  "cadence",
  "clock",
  "compression",
  "event stream",
  "long poll",
  "buffering",
] as const;

export type Check = (typeof checks)[number];

export interface Result extends Finding {
  readonly check: Check;
}

export interface Examination {
  /** The stream; an error when it could not be read as an address. */
  readonly url: URL | Error;
  readonly origin?: string;
  /** That let one in. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly patience: Patience;
}

/** All checks, in order, as their results come in; those that could not be made are skipped. */
export async function* examine(examination: Examination): AsyncGenerator<Result> {
  let next = 0;
  let blame = "";
  for await (const result of findings(examination)) {
    const index = checks.indexOf(result.check);
    for (const check of checks.slice(next, index)) yield { check, ...skip(blame) };
    next = index + 1;
    if (result.status === "fail") blame = `${result.check} failed`;
    yield result;
  }
  for (const check of checks.slice(next)) yield { check, ...skip(blame) };
}

async function* findings({
  url,
  origin,
  headers = {},
  patience,
}: Examination): AsyncGenerator<Result> {
  yield { check: "address", ...judgeAddress(url) };
  if (url instanceof Error) return;
  let target: Target = {
    url,
    headers,
    verify: true,
    patience,
    ...(origin !== undefined && { origin }),
  };

  const found = await probeDns(target);
  yield { check: "dns", ...judgeDns(found) };
  if ("error" in found) return;

  const tcp = judgeTcp(await probeTcp(target, found.addresses), portOf(url));
  yield { check: "tcp", ...tcp };
  if (tcp.status === "fail") return;

  if (isSecure(url)) {
    const shake = await probeTls(target);
    const tls = judgeTls(shake, Date.now());
    yield { check: "tls", ...tls };
    const trusted = tls.status !== "fail";
    // Whoever it is would be handed what is told in confidence.
    const confidential = carriesSecret(url) || Object.keys(headers).length > 0;
    if (shake instanceof Error || (!trusted && confidential)) return;
    target = { ...target, verify: trusted };
  } else {
    yield { check: "tls", ...skip("not encrypted") };
  }
  yield* streamFindings(target);
}

async function* streamFindings(target: Target): AsyncGenerator<Result> {
  const { patience } = target;
  const stream = await openStream(target);
  try {
    const { opening } = stream;
    yield { check: "upgrade", ...judgeUpgrade(opening) };
    if (opening.kind === "open")
      yield { check: "origin", ...judgeOrigin(await probeOrigin(target)) };
    if (opening.kind !== "refused") yield { check: "subprotocol", ...judgeSubprotocol(opening) };

    if (opening.kind === "open") {
      await stream.settled(patience.firstMessage);
      const [first] = stream.frames;
      const begun = readFrames(stream.frames.slice(0, 1)).messages[0];
      const took = first ? Math.max(0, first.at - opening.at) : null;
      const { closing } = stream;
      const beginning = { message: begun, took, closing, patience: patience.firstMessage };
      yield { check: "first message", ...judgeFirstMessage(beginning) };
    }

    // At the same time: what one brings and the other does not tells whether something is held back.
    const since = Date.now();
    const [events] = await Promise.all([
      probeEventStream(target),
      opening.kind === "open" ? stream.listen(patience.listen) : undefined,
    ]);
    const { frames, closing } = stream;
    const reading = readFrames(frames);
    const { messages } = reading;

    if (opening.kind === "open") {
      const arrivals = frames.map(({ at }) => at);
      const listened = Date.now() - (arrivals[0] ?? Date.now());
      yield { check: "schema", ...judgeSchema(reading) };
      yield { check: "sequence", ...judgeSequence(messages) };
      const heartbeat = promiseOf(messages);
      yield { check: "cadence", ...judgeCadence({ arrivals, listened, heartbeat, closing }) };
      yield { check: "clock", ...judgeClock(messages) };
      yield { check: "compression", ...judgeCompression(opening.extensions) };
    }

    const eventStream = judgeEventStream(events);
    yield { check: "event stream", ...eventStream };
    yield { check: "long poll", ...judgeLongPoll(await probeLongPoll(target)) };
    const available = !(events instanceof Error) && eventStream.status === "ok";
    const deliveries = {
      events: available ? readFrames(events.events).messages : undefined,
      frames: messages.filter(({ at }) => at >= since),
      encoding: events instanceof Error ? "" : events.answer.encoding,
    };
    yield { check: "buffering", ...judgeBuffering(deliveries) };
  } finally {
    await stream.close();
  }
}

/** The longest silence that the server promises, ms. */
function promiseOf(messages: readonly Message[]): number | undefined {
  for (const { envelope } of messages) {
    const { type, data } = envelope;
    if (type === "init" && accepts(init, data)) return data.heartbeat_interval_ms;
  }
  return undefined;
}
