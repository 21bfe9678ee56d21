import type { TransportName } from "@telltale/client";
import type { AnyEnvelope, Snapshot } from "@telltale/protocol";
import type { FakeRequest } from "./fake-http.ts";
import type { FakeNetwork, FakeSocket } from "./fake-network.ts";
import { snapshot } from "./sample.ts";

/** How a transport gets through: as it should; not at all; or it opens and then nothing comes. */
export type Passage = "open" | "refused" | "mute";

interface Flush {
  readonly tick: number;
  readonly envelopes: readonly AnyEnvelope[];
}

/** One open stream, seen from the server. */
interface Reader {
  readonly transport: TransportName;
  open(): boolean;
  /** Sequence of the next envelope. */
  next: number;
  write(envelopes: readonly AnyEnvelope[]): void;
  cut(): void;
}

const OPEN = 1;
/** What `custom` events are called here. */
export const EVENT = "event";

/**
 * A stream that counts positions and keeps all there ever was, over every transport of a fake
 * network. Its events are numbered from 0.
 */
export class FakeStream {
  readonly passage: Record<TransportName, Passage> = {
    websocket: "open",
    sse: "open",
    poll: "open",
  };
  /** ms from here to a client, drawn for each new link. */
  latency: () => number = () => 5;
  /** ms between envelopes of one flush as they arrive. */
  trickle = 0;
  epoch = "life";
  /** Resumes nobody: everyone gets the state as it stands. */
  forgetful = false;
  /** Events emitted. */
  count = 0;
  /** What the nth event is. */
  event: (n: number) => { readonly type: string; readonly data: unknown } = (data) => ({
    type: EVENT,
    data,
  });
  /** The state as it stands. */
  snapshot: () => Snapshot = snapshot;
  readonly #network: FakeNetwork;
  readonly #flushes: Flush[] = [];
  readonly #readers = new Set<Reader>();
  readonly #waiting = new Set<() => void>();

  constructor(network: FakeNetwork) {
    this.#network = network;
    network.serve = (socket) => this.#serveSocket(socket);
    network.http.serve = (request) => this.#serveRequest(request);
  }

  /** Open streams by transport; a poll under way is one. */
  get transports(): TransportName[] {
    const polls = [...this.#waiting].map(() => "poll" as const);
    const open = [...this.#readers].filter((reader) => reader.open());
    return [...open.map(({ transport }) => transport), ...polls];
  }

  get #tick(): number {
    return this.#flushes.length;
  }

  /** Sends so many new events, in one flush. */
  emit(events = 1): void {
    const envelopes = Array.from({ length: events }, () => this.#next());
    this.#flushes.push({ tick: this.#tick + 1, envelopes });
    for (const reader of this.#readers) this.#send(reader, envelopes, true);
    for (const wake of [...this.#waiting]) wake();
  }

  /** Sends new events, and cuts every stream after the first of them. */
  tear(events: number): void {
    const envelopes = Array.from({ length: events }, () => this.#next());
    this.#flushes.push({ tick: this.#tick + 1, envelopes });
    for (const reader of this.#readers) reader.write(envelopes.slice(0, 1));
    this.#network.clock.after(1_000, () => this.cut());
  }

  /** Cuts every stream that is open. */
  cut(): void {
    for (const reader of [...this.#readers]) reader.cut();
  }

  #position(tick = this.#tick): string {
    return `${this.epoch}:${tick}`;
  }

  #next(): AnyEnvelope {
    const { type, data } = this.event(this.count++);
    return this.#envelope(type, data);
  }

  #envelope(type: string, data: unknown): AnyEnvelope {
    return { type, timestamp: this.#network.clock.now(), data };
  }

  #send(reader: Reader, envelopes: readonly AnyEnvelope[], numbered: boolean): void {
    const copies = envelopes.map((one) => (numbered ? { ...one, sequence: reader.next++ } : one));
    const last = copies.at(-1);
    if (last) last.metadata = { position: this.#position() };
    reader.write(copies);
  }

  /** What a reader at `since` has to be told first. */
  #catchUp(since: string | null): AnyEnvelope[] {
    const [epoch, tick] = since?.split(":") ?? [];
    const resumed = since !== null && epoch === this.epoch && !this.forgetful;
    const missed = resumed
      ? this.#flushes.filter((flush) => flush.tick > Number(tick)).flatMap((f) => f.envelopes)
      : [];
    const message = "The stream could not be continued";
    const gap =
      since !== null && !resumed ? [this.#envelope("notice", { code: "gap", message })] : [];
    return [
      ...missed.map((one) => ({ ...one })),
      ...gap,
      this.#envelope("init", {
        protocol: 1,
        server: { name: "fake", version: "0" },
        epoch: this.epoch,
        position: this.#position(),
        resumed,
        heartbeat_interval_ms: 10_000,
        capabilities: ["hello", "subscribe"],
        ...(resumed ? {} : { snapshot: this.snapshot() }),
      }),
    ];
  }

  #join(reader: Reader, since: string | null): void {
    this.#send(reader, this.#catchUp(since), false);
    this.#readers.add(reader);
  }

  #serveSocket(socket: FakeSocket): void {
    if (this.passage.websocket === "refused") {
      socket.end(1006);
      return;
    }
    socket.accept();
    if (this.passage.websocket === "mute") return;
    const later = this.#line();
    const reader: Reader = {
      transport: "websocket",
      open: () => socket.readyState === OPEN,
      next: 0,
      write: (envelopes) => {
        if (!reader.open()) this.#readers.delete(reader);
        else if (socket.sent("hello").length > 0) later(() => socket.push(envelopes));
        else for (const one of envelopes) later(() => reader.open() && socket.push(one));
      },
      cut: () => {
        this.#readers.delete(reader);
        socket.end(1006);
      },
    };
    this.#join(reader, new URL(socket.url).searchParams.get("since"));
  }

  #serveRequest(request: FakeRequest): void {
    if (request.accept.includes("text/event-stream")) this.#serveEvents(request);
    else this.#servePoll(request);
  }

  #serveEvents(request: FakeRequest): void {
    if (this.passage.sse === "refused") {
      request.respond(405);
      return;
    }
    request.stream();
    if (this.passage.sse === "mute") return;
    const later = this.#line();
    const reader: Reader = {
      transport: "sse",
      open: () => request.open,
      next: 0,
      write: (envelopes) => {
        if (!reader.open()) this.#readers.delete(reader);
        for (const one of envelopes) later(() => request.event(one));
      },
      cut: () => {
        this.#readers.delete(reader);
        request.cut();
      },
    };
    this.#join(reader, request.url.searchParams.get("since"));
  }

  #servePoll(request: FakeRequest): void {
    const { passage } = this;
    if (passage.poll !== "open") {
      if (passage.poll === "refused") request.respond(405);
      return;
    }
    const { searchParams } = request.url;
    const since = searchParams.get("since");
    const later = this.#line();
    const answer = (): boolean => {
      const told = this.#catchUp(since);
      // Who can go on from where it stands gets what is new, and nothing else.
      const resumed = told.at(-1)?.type === "init" && told.every(({ type }) => type !== "notice");
      const news = resumed && since !== null ? told.slice(0, -1) : told;
      const last = news.at(-1);
      if (last) last.metadata = { position: this.#position() };
      if (last) later(() => request.json(news));
      return last !== undefined;
    };
    if (answer()) return;
    const wake = (): void => {
      cancel();
      this.#waiting.delete(wake);
      if (request.open && !answer()) later(() => request.json([]));
    };
    const cancel = this.#network.clock.after(Number(searchParams.get("wait")) * 1_000, wake);
    this.#waiting.add(wake);
  }

  /** A line on which nothing overtakes, and what is sent together arrives bit by bit. */
  #line(): (run: () => void) => void {
    const { clock } = this.#network;
    const latency = this.latency();
    let free = 0;
    return (run) => {
      free = Math.max(clock.now() + latency, free + this.trickle);
      clock.after(free - clock.now(), run);
    };
  }
}
