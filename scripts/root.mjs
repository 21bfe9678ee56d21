import path from "node:path";

/** The repository. */
export const root = path.dirname(import.meta.dirname);

/** Where the scripts keep their stamps and reports; `npm ci` clears it with the rest. */
export const cache = path.join(root, "node_modules/.cache/telltale");
