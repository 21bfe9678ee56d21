import type { AnyEnvelope, Notice } from "@telltale/protocol";
import type { DriverEvents } from "../driver-events.ts";
import { same } from "../same.ts";
import type { TransportName } from "../transport/transport.ts";
import type { Ledger } from "./ledger.ts";
import type { Entry, Log, Standing } from "./log.ts";
import type { Parts, Sharer } from "./sharer.ts";
import type { Base } from "./talk.ts";

const LOST: Notice = {
  code: "gap",
  message: "This tab was away for too long to be told what it missed",
  reason: "share",
};

/** Does what happens to the connection of another tab, with the parts of this one. */
export class Replica {
  /** What is done now happened before, in another state. */
  replaying = false;
  readonly #driver: Sharer;
  /** The service, as it is told where nobody listens in. */
  readonly #told: DriverEvents;
  readonly #parts: Parts;
  readonly #send: (text: string) => void;

  constructor(driver: Sharer, parts: Parts, send: (text: string) => void) {
    this.#driver = driver;
    this.#told = driver.told;
    this.#parts = parts;
    this.#send = send;
  }

  /** The connection is open, or is not; so the tab can send, or cannot. */
  reach(open: boolean, transport: TransportName, ledger: Ledger): void {
    if (open && !this.#driver.link) {
      this.#opened(transport);
      // What waits to be sent is sent once it is known who listens.
      const { init } = ledger;
      if (init) this.#parts.heed(this.#envelope("init", init));
    } else if (!open && this.#driver.link) this.#gone();
  }

  /** False when this tab has not kept enough to go on. */
  apply(entry: Entry, log: Log): boolean {
    const { place } = this.#driver;
    switch (entry[0]) {
      case "lead": {
        const [, since] = entry;
        if (since === undefined || since === place.position) return true;
        // This tab has read more than the one that leads now: what comes again is left out.
        const messages = log.messagesSince(since);
        if (messages) place.memory = { ...place.memory, begun: [], repeats: messages };
        return messages !== undefined;
      }
      case "opened":
        this.#opened(entry[1]);
        break;
      case "frame":
        this.#told.frame(entry[1]);
        break;
      case "heard":
        this.#told.heard();
        break;
      case "gone":
        this.#gone();
        break;
      case "switched":
        this.#driver.mirror(this.#driver.state, entry[1]);
        this.#told.switched();
        break;
      case "latency":
        this.#told.latency(entry[1]);
        break;
      case "state":
        if (!this.replaying) this.mirror(entry[1]);
        break;
      case "place":
        if (entry[2]) place.forget();
        else place.stand(entry[1]);
        break;
      default:
        entry satisfies never;
    }
    return true;
  }

  /** Takes the state as it stands in place of what was missed. */
  restore({ snapshot, init, place, last }: Base, ledger: Ledger, lost: boolean): void {
    const { inbox, store, deliver } = this.#parts;
    const narrowed = this.#driver.place.narrowing;
    if (lost) deliver(this.#envelope("notice", LOST), false);
    const position = place.position ?? init?.position;
    const message = this.#envelope("init", { ...init, position, resumed: false, snapshot });
    this.#told.heard();
    this.#driver.place.memory = place;
    inbox.last = last;
    if (init) {
      this.#parts.heed(message);
      deliver(message, narrowed);
    } else {
      // No server said so: it is nothing to tell a subscriber.
      store.apply(message, narrowed);
      ledger.keep(message, narrowed);
    }
  }

  /** Lets the leader catch up: what this tab knows already is left out. */
  wait({ init, place, last }: Base, known: readonly AnyEnvelope[]): void {
    if (init) this.#parts.heed(this.#envelope("init", init));
    this.#driver.place.memory = { ...place, repeats: [...place.repeats, ...known] };
    this.#parts.inbox.last = last;
  }

  mirror({ state, transport, ended }: Standing): void {
    const before = this.#driver.state;
    this.#driver.mirror(state, transport);
    if (!same(before, state)) this.#told.changed(before, ended);
  }

  #opened(transport: TransportName): void {
    const send = (text: string): boolean => {
      this.#send(text);
      return true;
    };
    const link = { shared: true, close: () => {} } as const;
    this.#driver.link = transport === "websocket" ? { ...link, send } : link;
    this.#driver.mirror(this.#driver.state, transport);
    this.#told.opened();
  }

  #gone(): void {
    this.#driver.link = undefined;
    this.#told.gone();
  }

  #envelope(type: string, data: unknown): AnyEnvelope {
    return { type, timestamp: this.#driver.env.now(), data };
  }
}
