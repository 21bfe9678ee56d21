import { expect, test } from "vitest";
import { noteAnswer, restHealth } from "../src/services/rest-health.ts";

test("[X6] what is never answered is told at once, and the first answer ends it", () => {
  noteAnswer(0, "The server did not answer.", 0);
  expect(restHealth().state).toBe("silent");
  noteAnswer(404, "No such request", 100);
  expect(restHealth()).toEqual({ state: "fine", message: "" });
});

test("[X6] one question refused among others that are answered is left to its panel", () => {
  noteAnswer(200, "", 1_000);
  noteAnswer(403, "Not yours", 2_000);
  expect(restHealth().state).toBe("fine");
  noteAnswer(403, "Not yours", 20_000);
  expect(restHealth()).toEqual({ state: "refused", message: "Not yours" });
  noteAnswer(502, "Bad gateway", 21_000);
  expect(restHealth().state).toBe("silent");
});
