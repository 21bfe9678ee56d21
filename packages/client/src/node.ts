// In Node the code that reads a stream is at hand from the first, so that everything happens as it comes.
import { provide } from "./loading.ts";
import * as reading from "./reader.ts";

provide(reading);

export * from "./index.ts";
