/** A service that the proxy forwards to, reached as `/proxy/<name>/...`. */
export interface Upstream {
  readonly name: string;
  /** Base address; the rest of the request's path is appended to it. */
  readonly url: string;
  /** Which wire format its answers have. */
  readonly api: "openai" | "anthropic";
  /** OpenTelemetry `gen_ai.provider.name`, which also picks the price list. */
  readonly provider: string;
  /** Its traffic was made by the demo generator. */
  readonly demo: boolean;
}
