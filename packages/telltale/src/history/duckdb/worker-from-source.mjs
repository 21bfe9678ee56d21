// Node 20 cannot run TypeScript in a worker; `worker.js` of the build needs none of this.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
