/** A parameter of the address that can not be understood. */
export class StreamRequestError extends Error {
  override readonly name = "StreamRequestError";
  readonly parameter: string;
  /** What else there is to say, such as where in the parameter. */
  readonly details: Readonly<Record<string, unknown>>;
  constructor(
    parameter: string,
    expected: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${parameter}: ${expected}`);
    this.parameter = parameter;
    this.details = details;
  }
}
