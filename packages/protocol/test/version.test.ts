import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { downSchemas, envelope, MessageType, PROTOCOL_VERSION, upSchemas } from "../src/index.ts";

// When this fails, the wire has changed. A change that an older peer would misread (a field removed,
// renamed, retyped, newly required) needs a new PROTOCOL_VERSION and a word in PROTOCOL.md; one that
// it would ignore (a new optional field or type) needs the word only. Then put the new hash here.
const KNOWN = { version: 1, hash: "cde2b2adad833779" };

test("[S8] the schemas are those of the version they state", () => {
  const schemas = { envelope, down: [...downSchemas], up: [...upSchemas] };
  const hash = createHash("sha256").update(JSON.stringify(schemas)).digest("hex").slice(0, 16);
  expect({ version: PROTOCOL_VERSION, hash }).toEqual(KNOWN);
});

test("every message type has a name, and every name a schema", () => {
  expect(Object.values(MessageType).sort()).toEqual([...downSchemas.keys()].sort());
});
