import type { AnyEnvelope } from "@telltale/protocol";
import type { Cause, Connection, Effect } from "../connection.ts";
import type { Contents } from "../contents.ts";
import type { DriverEvents } from "../driver-events.ts";
import type { Env } from "../env.ts";
import type { Place } from "../place.ts";
import type { SendResult } from "../send-result.ts";
import type { Store } from "../store.ts";
import type { Link, LinkEvents, TransportName } from "../transport/transport.ts";

/** A connection that tabs may share. */
export interface Sharer {
  readonly env: Env;
  readonly place: Place;
  readonly state: Connection;
  readonly transport: TransportName;
  /** False once nothing will happen any more unless it is asked for. */
  readonly wanted: boolean;
  /** Takes what the link in use tells. */
  readonly events: LinkEvents;
  link: Link | undefined;
  /** What `getToken` last supplied. */
  token: string | undefined;
  /** Who is told of everything. */
  told: DriverEvents;
  envelopes(frame: unknown): AnyEnvelope[];
  dispatch(cause: Cause): void;
  perform(effect: Effect): void;
  /** Makes an attempt, whatever the state. */
  attempt(): void;
  /** Is what another tab is. */
  mirror(state: Connection, transport: TransportName): void;
  /** Lets go of the link and of every plan; the state stays. */
  rest(): void;
}

/** What a service lets a share work with. */
export interface Parts {
  readonly inbox: { last: number | undefined };
  readonly store: Store;
  send(type: string, data: unknown): SendResult;
  /** Does what a message asks of the connection itself. */
  heed(message: AnyEnvelope): void;
  deliver(message: AnyEnvelope, narrowed: boolean): void;
  /** Tells the application what failed. */
  report(reason: string): void;
  /** An empty store's contents. */
  contents(): Contents;
}
