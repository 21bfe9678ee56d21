/** A parameter of the address that can not be understood. */
export class StreamRequestError extends Error {
  override readonly name = "StreamRequestError";
  readonly parameter: string;
  constructor(parameter: string, expected: string) {
    super(`${parameter}: ${expected}`);
    this.parameter = parameter;
  }
}
