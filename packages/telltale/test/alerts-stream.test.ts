import type { AlertUpdate } from "@telltale/protocol";
import { expect, test } from "vitest";
import { Backlog } from "../src/stream/backlog.ts";
import { toRequestUpdate } from "../src/wire.ts";
import { request } from "./make.ts";

const alert = (id: string, state: AlertUpdate["state"]): AlertUpdate => ({
  id,
  name: "Errors",
  state,
  severity: "high",
  message: "",
  timestamp: 1,
});

test("however much comes in a tick, no alert is left out, and of each the newest state goes first", () => {
  const backlog = new Backlog(10);
  for (let n = 0; n < 500; n++) {
    backlog.add({
      type: "alert_update",
      data: alert(`a${n % 20}`, n < 480 ? "pending" : "firing"),
    });
    backlog.add({ type: "request_update", data: toRequestUpdate(request()) });
    backlog.add({
      type: "error_update",
      data: { error_type: "x", error_message: "", timestamp: n, severity: "low" },
    });
  }
  const { events, omitted } = backlog.take();
  expect(events.slice(0, 20)).toEqual(
    Array.from({ length: 20 }, (_, n) => ({
      type: "alert_update",
      data: alert(`a${n}`, "firing"),
    })),
  );
  expect(events).toHaveLength(30);
  expect(omitted).toBe(990);
});
