import { useWebSocketSubscription } from "@telltale/react";
import { TelltaleInspector } from "@telltale/react/inspector";
import { init, message, metrics, model } from "@telltale/testkit/sample";
import { act, cleanup, fireEvent } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Scene, scene } from "./scene.tsx";

afterEach(cleanup);

function Listener(): null {
  useWebSocketSubscription("alert_update", () => {});
  return null;
}

const open = (): Scene => scene(<TelltaleInspector defaultOpen />);
const types = ({ container }: Scene): string[] =>
  [...container.querySelectorAll("summary b")].map((one) => one.textContent ?? "");

function burst({ network, advance }: Scene, count: number): void {
  act(() => {
    for (let n = 0; n < count; n++) {
      network.last.push(message("metrics_update", metrics({ total_requests: n })));
    }
  });
  advance(250);
}

describe("TelltaleInspector", () => {
  it("is a button that opens a panel, and closes with Escape where it was opened", () => {
    const { getByRole, queryByRole } = scene(<TelltaleInspector className="mine" />);
    const button = getByRole("button", { name: /Inspector/ });
    expect(getByRole("region", { name: "Telltale inspector" }).classList.contains("mine")).toBe(
      true,
    );
    expect(button.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(button);
    const panel = document.getElementById(button.getAttribute("aria-controls") ?? "");
    expect(panel?.contains(getByRole("combobox", { name: "Type" }))).toBe(true);
    getByRole("searchbox").focus();
    fireEvent.keyDown(getByRole("searchbox"), { key: "Escape" });
    expect(queryByRole("searchbox")).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it("lists frames newest first, also those of before it was opened", () => {
    const made = scene(<TelltaleInspector />);
    made.push("model_update", model("a"));
    made.push("metrics_update", metrics());
    fireEvent.click(made.getByRole("button", { name: /Inspector/ }));
    made.advance(250);
    expect(types(made)).toEqual(["metrics_update", "model_update"]);
  });

  it("shows the whole frame when one is opened", () => {
    const made = open();
    const { network, container, advance } = made;
    act(() => network.last.push(message("metrics_update", metrics({ total_requests: 41 }), 7)));
    advance(250);
    const details = container.querySelector("details");
    expect(container.querySelector("summary")?.textContent).toContain("metrics_update #7");
    expect(container.querySelector("summary time")?.textContent).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    expect(container.querySelector("pre")).toBeNull();
    act(() => {
      if (details) details.open = true;
      details?.dispatchEvent(new Event("toggle"));
    });
    expect(JSON.parse(container.querySelector("pre")?.textContent ?? "")).toEqual(
      message("metrics_update", metrics({ total_requests: 41 }), 7),
    );
  });

  it("keeps the newest 500, and draws the older of them when asked to", () => {
    const made = open();
    burst(made, 1_700);
    expect(types(made)).toHaveLength(50);
    fireEvent.click(made.getByRole("button", { name: "Show 450 older" }));
    expect(types(made)).toHaveLength(500);
    expect(made.container.querySelector("summary")?.textContent).toContain('"total_requests":1699');
  });

  it("draws a burst once", () => {
    const made = open();
    let changes = 0;
    const list = made.getByRole("list", { name: "Frames, newest first" });
    const observer = new MutationObserver(() => {});
    observer.observe(list, { childList: true });
    for (let n = 0; n < 10; n++) {
      act(() => made.network.last.push(message("metrics_update", metrics())));
      made.network.clock.advance(1);
      changes += observer.takeRecords().length;
    }
    expect(changes).toBe(0);
    made.advance(250);
    expect(types(made)).toHaveLength(10);
    observer.disconnect();
  });

  it("pauses, telling how many it holds back, and goes on", () => {
    const made = open();
    burst(made, 2);
    const pause = made.getByRole("button", { name: "Pause" });
    fireEvent.click(pause);
    expect(pause.getAttribute("aria-pressed")).toBe("true");
    burst(made, 3);
    expect(types(made)).toHaveLength(2);
    expect(made.container.textContent).toContain("3 newer");
    fireEvent.click(pause);
    expect(types(made)).toHaveLength(5);
  });

  it("filters by type, counts types, and forgets both", () => {
    const made = open();
    burst(made, 2);
    made.push("model_update", model("a"));
    made.advance(250);
    const counts = [...made.container.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(counts).toEqual(["metrics_update2", "model_update1"]);
    fireEvent.change(made.getByRole("combobox", { name: "Type" }), {
      target: { value: "model_update" },
    });
    expect(types(made)).toEqual(["model_update"]);
    fireEvent.click(made.getByRole("button", { name: "Clear" }));
    expect(types(made)).toEqual([]);
    expect(made.getByText("Nothing has arrived yet")).not.toBeNull();
  });

  it("[C15] shows frames of either direction, raw, and what could not be read", () => {
    const made = open();
    made.push("init", init({ capabilities: ["hello"] }));
    act(() => made.network.last.push(JSON.stringify([message("a", 1), message("b", 2)])));
    act(() => made.network.last.push("no JSON"));
    made.advance(250);
    expect(types(made)).toEqual(["not readable", "a and 1 more", "hello", "init"]);
    const directions = made.getAllByRole("img").map((one) => one.getAttribute("aria-label"));
    expect(directions).toEqual(["received", "received", "sent", "received"]);
    expect(made.container.querySelector("summary")?.textContent).toMatch(/7 B no JSON$/);
    fireEvent.change(made.getByRole("combobox", { name: "Direction" }), {
      target: { value: "out" },
    });
    expect(types(made)).toEqual(["hello"]);
  });

  it("finds text in frames, whatever the case", () => {
    const made = open();
    made.push("model_update", model("gpt-4o"));
    made.push("model_update", model("claude"));
    made.advance(250);
    fireEvent.change(made.getByRole("searchbox", { name: "Contains" }), {
      target: { value: "GPT-4" },
    });
    expect(types(made)).toHaveLength(1);
    expect(made.container.querySelector("summary")?.textContent).toContain("gpt-4o");
  });

  it("copies what is shown, one frame a line, and says when the browser does not allow it", async () => {
    const made = open();
    const status = made.getByRole("status");
    const copy = (): Promise<void> =>
      act(async () => {
        fireEvent.click(made.getByRole("button", { name: "Copy" }));
      });
    const copied: string[] = [];
    const clipboard = vi
      .spyOn(navigator, "clipboard", "get")
      .mockReturnValue({ writeText: async (text: string) => copied.push(text) } as never);
    burst(made, 2);
    await copy();
    const numbers = copied[0]?.split("\n").map((line) => JSON.parse(line).data.total_requests);
    expect(numbers).toEqual([1, 0]);
    expect(status.textContent).toBe("Copied 2 frames");
    clipboard.mockReturnValue(undefined as never);
    await copy();
    expect(status.textContent).toBe("The browser does not let this page copy");
    clipboard.mockRestore();
  });

  it("tells what is asked of the stream, and which callbacks there are", () => {
    const subscription = { models: ["gpt-4o"] };
    const made = scene(
      <>
        <Listener />
        <TelltaleInspector defaultOpen />
      </>,
      { config: { url: "ws://server.example/", subscription } },
    );
    made.advance(1_000);
    const list = made.getByRole("list", { name: "Subscriptions" });
    expect(list.textContent).toContain('Of the stream: {"models":["gpt-4o"]}');
    expect(list.textContent).toContain("Callbacks: alert_update × 1");
  });

  it("tells rates over five seconds, and that they end", () => {
    const made = open();
    const rate = (): string | null | undefined =>
      [...made.container.querySelectorAll("dl > div")].find((row) =>
        row.textContent?.startsWith("Messages per second"),
      )?.lastElementChild?.textContent;
    for (let n = 0; n < 20; n++) burst(made, 5);
    expect(rate()).toBe("20.0");
    expect(made.container.textContent).toMatch(/Received per second\d\.\d\d kB/);
    made.advance(10_000);
    expect(rate()).toBe("0.0");
  });

  it("tells the states the connection went through, and why", () => {
    const made = open();
    made.push("init", init());
    act(() => made.network.last.end(1012));
    made.advance(5_000);
    const states = [...made.getByRole("list", { name: "States, newest first" }).children];
    const words = states.map((one) => one.textContent?.replace(/^[\d:.]+ /, ""));
    expect(words).toEqual([
      "Connected",
      "ReconnectingConnection lost (1012)",
      "Connected",
      "Connecting",
      "Disconnected",
    ]);
  });

  it("moves to another edge", () => {
    const { getByRole } = open();
    const region = getByRole("region", { name: "Telltale inspector" });
    expect(region.dataset["dock"]).toBe("bottom");
    fireEvent.click(getByRole("button", { name: "Dock right" }));
    expect(region.dataset["dock"]).toBe("right");
    expect(getByRole("button", { name: "Dock at the bottom" })).not.toBeNull();
  });

  it("needs no inline style, and no style element", async () => {
    const made = open();
    burst(made, 3);
    expect(made.container.querySelectorAll("[style], style")).toHaveLength(0);
    expect(document.head.querySelectorAll("style")).toHaveLength(0);
    await vi.waitFor(() => expect(document.adoptedStyleSheets.length).toBe(2));
  });

  it("leaves no timer behind, neither folded nor gone", () => {
    const made = open();
    burst(made, 3);
    fireEvent.click(made.getByRole("button", { name: /Inspector/ }));
    const folded = made.network.clock.timers;
    burst(made, 3);
    expect(made.network.clock.timers).toBe(folded);
    made.unmount();
    made.network.clock.advance(1);
    expect(made.network.clock.timers).toBe(0);
  });
});
