/** A frame that is not what the contract says. It was dropped; the connection lives on. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** Type of the message, or `frame` when it could not be read that far. */
  readonly type: string;
  /** Dotted path of what was wrong, such as `data.total_cost`; empty for the frame itself. */
  readonly path: string;
  constructor(type: string, path: string, expected: string, received: string) {
    super(`${type}: expected ${expected} at ${path || "the top"}, received ${received}`);
    this.type = type;
    this.path = path;
  }
}
