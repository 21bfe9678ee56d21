import type { ReactElement } from "react";

/** Where the state is told by shape and colour. */
export const mark: ReactElement = <span className="telltale-mark" aria-hidden="true" />;

/** Class names, without those that are none. */
export function classes(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
