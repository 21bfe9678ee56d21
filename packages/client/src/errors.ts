/** A frame that is not what the contract says. It was dropped; the connection lives on. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** Type of the message, or `frame` when it could not be read that far. */
  readonly type: string;
  /** Dotted path of what was wrong, such as `data.total_cost`; empty for the frame itself. */
  readonly path: string;
  constructor(message: string, type: string, path: string) {
    super(message);
    this.type = type;
    this.path = path;
  }
}

/** The connection could not be made or was ended for good. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** Close code of RFC 6455 or of the contract; 1006 where there was none. */
  readonly code: number;
  constructor(message: string, code = 1006, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A callback of the application threw. Everyone else still got the message. */
export class CallbackError extends Error {
  override readonly name = "CallbackError";
  constructor(where: string, cause: unknown) {
    super(`A callback for ${where} threw: ${cause}`, { cause });
  }
}

/** What `onError` is told; `name` says which it is. */
export type TelltaleError = ProtocolError | ConnectionError | CallbackError;
