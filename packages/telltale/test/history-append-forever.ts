import { requestEvent } from "@telltale/testkit/request-event";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";

// Run by tests that kill it, unless it is given a number of batches. Tells what it is about to
// store, and what it was told is stored.
const [path = "", life = "0", batches = "Infinity"] = process.argv.slice(2);
// A short log, so that kills meet checkpoints too.
const store = await openDuckdbStore({ path, checkpointBytes: 100_000, compactBytes: 10_000 });
const forever = { rolledBefore: null, runningBefore: null, maxBytes: null };
process.stdout.write("open\n");
for (let batch = 0; batch < Number(batches); batch++) {
  const ids = Array.from({ length: 1 + (batch % 40) }, (_, i) => `${life}-${batch}-${i}`);
  process.stdout.write(`sent ${ids.join(" ")}\n`);
  await store.append(
    ids.map((id) => requestEvent({ id })),
    Date.now(),
  );
  process.stdout.write(`stored ${ids.join(" ")}\n`);
  // So that kills meet that too.
  if (batch % 15 === 14) void store.rollUp();
  if (batches !== "Infinity" && batch % 40 === 39) {
    // Old ones, which are forgotten again: the file is written anew.
    const gone = Array.from({ length: 1000 }, (_, i) => `gone-${life}-${batch}-${i}`);
    process.stdout.write(`sent ${gone.join(" ")}\n`);
    await store.append(
      gone.map((id) => requestEvent({ id, created: 1 })),
      1,
    );
    await store.retain({ ...forever, storedBefore: 2 });
  }
}
await store.close();
