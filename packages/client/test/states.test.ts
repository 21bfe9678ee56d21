import { expect, it } from "vitest";
import { stateDocument } from "./state-diagram.ts";

it("[C16] docs/states.md is what the transition function does", async () => {
  await expect(stateDocument()).toMatchFileSnapshot("../../../docs/states.md");
});
