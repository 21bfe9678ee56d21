import { ConnectionStats } from "@telltale/react";
import { init, message, metrics } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { type Scene, scene, url } from "./scene.tsx";

afterEach(cleanup);

/** What stands beside each label. */
function shown({ container }: Scene): Record<string, string | null> {
  const rows = [...container.querySelectorAll("dl > div")];
  return Object.fromEntries(
    rows.map((row) => [
      row.querySelector("dt")?.textContent ?? "",
      row.querySelector("dd")?.textContent?.trim() ?? null,
    ]),
  );
}

describe("ConnectionStats", () => {
  it("tells the connection in figures with their units", () => {
    const made = scene(<ConnectionStats />);
    const { network, push, advance } = made;
    push("init", init());
    advance(484);
    const [ask] = network.last.sent("heartbeat");
    advance(40);
    push("pong", { ...ask?.data, server_time: 0 });
    const text = JSON.stringify(message("metrics_update", metrics({ total_requests: 1 })));
    const before = Number(shown(made)["Messages"]);
    act(() => {
      for (let n = 0; n < 20; n++) network.last.push(text);
    });
    advance(9_000);
    const stats = shown(made);
    expect(stats).toMatchObject({
      State: "Connected",
      Transport: "WebSocket",
      Uptime: "10 s",
      Latency: "40 ms",
      Messages: String(before + 20),
      Reconnects: "0",
      "Last error": "None",
    });
    expect(stats["Received"]).toMatch(/^[4-9]\.\d\d kB$/);
    const sent = network.last.received.reduce((sum, frame) => sum + frame.length, 0);
    expect(stats["Sent"]).toBe(`${sent} B`);
  });

  it("says why a figure is missing rather than zero", () => {
    const made = scene(<ConnectionStats />);
    made.push("metrics_update", metrics());
    expect(shown(made)["Latency"]).toBe("—");
    const latency = [...made.container.querySelectorAll("dd")].find((dd) => dd.title);
    expect(latency?.title).toBe("This server has not answered a heartbeat");
    act(() => made.network.last.end());
    expect(shown(made)).toMatchObject({ State: "Reconnecting", Uptime: "—", Latency: "—" });
  });

  it("tells the attempts of an outage and its last error", () => {
    const made = scene(<ConnectionStats />, { config: { url, maxReconnectAttempts: 3 } });
    made.network.serve = (socket) => socket.end(1006);
    act(() => made.network.last.end(1012));
    made.advance(60_000);
    const stats = shown(made);
    expect(stats["State"]).toBe("Connection closed");
    expect(stats["Reconnects"]).toBe("3");
    expect(stats["Last error"]).toContain("Cannot connect to ws://server.example");
  });

  it("announces a change of state only", () => {
    const { getByRole, network, push, advance } = scene(<ConnectionStats />);
    const region = getByRole("status");
    const observer = new MutationObserver(() => {});
    observer.observe(region, { childList: true, characterData: true, subtree: true });
    push("metrics_update", metrics());
    advance(5_000);
    expect(observer.takeRecords()).toHaveLength(0);
    act(() => network.last.end());
    expect(region.textContent).toBe("Reconnecting");
    observer.disconnect();
  });

  it("compact is state, uptime, latency and messages, and takes classes", () => {
    const made = scene(<ConnectionStats compact className="mine" />);
    expect(Object.keys(shown(made))).toEqual(["State", "Uptime", "Latency", "Messages"]);
    expect(made.container.firstElementChild?.className).toBe(
      "telltale-stats telltale-compact mine",
    );
  });

  it("leaves no timer behind", () => {
    const { unmount, network } = scene(<ConnectionStats />);
    unmount();
    network.clock.advance(1);
    expect(network.clock.timers).toBe(0);
  });
});
