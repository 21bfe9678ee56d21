import { ConnectionBadge, ConnectionStatus, type ReplayResult, useReplay } from "@telltale/react";
import { init, message, metrics } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { scene } from "./scene.tsx";

afterEach(cleanup);

const at = Date.UTC(2026, 0, 2, 2, 14);
const replay = { from: at - 60_000, to: at + 60_000, speed: 10, at, paused: false };
const capabilities = ["pause", "resume", "seek", "speed", "step"];

let shown: ReplayResult;
function Probe() {
  shown = useReplay();
  return null;
}

it("[Y6] useReplay tells where the past stands and steers it", () => {
  const { network, push } = scene(<Probe />);
  expect(shown).toMatchObject({ active: false, at: null, speed: null, paused: false });
  push("init", init({ replay, capabilities }));
  expect(shown).toMatchObject({ active: true, at, from: at - 60_000, speed: 10, paused: false });
  act(() => {
    network.last.push({ ...message("metrics_update", metrics()), timestamp: at + 1000 });
    network.clock.advance(16);
  });
  expect(shown.at).toBe(at + 1000);
  expect(shown.pause()).toEqual({ status: "sent" });
  shown.resume();
  shown.step();
  shown.setSpeed(60);
  shown.seek(new Date(at));
  const sent = capabilities.flatMap((type) => network.last.sent(type).map(({ data }) => data));
  expect(sent).toEqual([{}, {}, { to: at }, { speed: 60 }, {}]);
  push("notice", { code: "replay_ended", message: "", replay: { ...replay, ended: true } });
  expect(shown.ended).toBe(true);
});

it("a live stream refuses to be steered, and says why", () => {
  const { push } = scene(<Probe />);
  push("init", init({ capabilities: ["heartbeat"] }));
  expect(shown.pause()).toMatchObject({ status: "refused" });
});

it("[Y6] the status of the connection says that it is a replay, of when and how fast", () => {
  const { container, push } = scene(<ConnectionStatus timeZone="UTC" showDetails />);
  push("init", init({ replay, capabilities }));
  expect(container.textContent).toBe("Replay02:14 ×10");
  expect(container.firstElementChild?.hasAttribute("data-replay")).toBe(true);
  push("notice", { code: "replay", message: "", replay: { ...replay, paused: true } });
  expect(container.textContent).toBe("Replay02:14 paused");
  push("init", init());
  expect(container.textContent).toBe("Connectedlive");
});

it("the badge says it too", () => {
  const { container, push } = scene(<ConnectionBadge />);
  push("init", init({ replay }));
  expect(container.textContent).toBe("Replay");
});
