import type { RequestUpdate } from "@telltale/protocol";
import type { RequestEvent } from "../event.ts";
import { toRequestUpdate } from "../wire.ts";

/** A request that is to be told. It is put in the words of the wire for the first who asks: often nobody listens. */
export class RequestMessage {
  readonly type = "request_update";
  readonly #event: RequestEvent;
  #data: RequestUpdate | undefined;

  constructor(event: RequestEvent) {
    this.#event = event;
  }

  get data(): RequestUpdate {
    this.#data ??= toRequestUpdate(this.#event);
    return this.#data;
  }
}
