export interface Usage {
  /** All of the prompt, cached tokens included. */
  readonly prompt: number;
  readonly cached: number;
  /** Reasoning included. */
  readonly completion: number;
  readonly reasoning: number;
}
