import { RestError } from "./rest.ts";

export interface Objection {
  /** The part of what was sent that is wrong, where the server named one. */
  readonly path: string | undefined;
  /** Fit to stand at a field: a sentence, without the name that it has in the body. */
  readonly text: string;
}

/** What the server has against what was sent. */
export function objectionOf(error: unknown): Objection {
  if (!(error instanceof Error)) return { path: undefined, text: "The server did not take it." };
  const path = error instanceof RestError ? error.path : undefined;
  const { message } = error;
  const said =
    path !== undefined && message.startsWith(`${path}: `)
      ? message.slice(path.length + 2)
      : message;
  return { path, text: said.charAt(0).toUpperCase() + said.slice(1) };
}
