import { readFileSync } from "node:fs";
import { ConnectionBadge, ConnectionStatus, TelltaleBoundary } from "@telltale/react";
import { init, message, metrics } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { css } from "../src/components/css.ts";
import { scene, url } from "./scene.tsx";

afterEach(cleanup);

describe("ConnectionStatus", () => {
  it("says the state in a word beside a mark, and nothing else unless asked", () => {
    const { container, getByRole, push } = scene(<ConnectionStatus className="mine" />);
    push("metrics_update", metrics());
    expect(container.textContent).toBe("Connected");
    expect(getByRole("status").textContent).toBe("Connected");
    expect(container.firstElementChild?.classList.contains("mine")).toBe(true);
    expect(container.querySelector("[aria-hidden]")).not.toBeNull();
  });

  it("says how old the data are", () => {
    const { container, push, advance } = scene(<ConnectionStatus showDetails />);
    expect(container.textContent).toBe("Connectedno data yet");
    push("metrics_update", metrics());
    expect(container.textContent).toBe("Connectedlive");
    advance(12_000);
    expect(container.textContent).toBe("Connectedstale 12 s");
    expect(container.firstElementChild?.hasAttribute("data-stale")).toBe(true);
    push("metrics_update", metrics());
    advance(1_000);
    expect(container.textContent).toBe("Connectedlive");
  });

  it("does not call a quiet server stale that promised to speak every ten seconds", () => {
    const { container, push, advance } = scene(<ConnectionStatus showDetails />);
    push("init", init({ capabilities: [], heartbeat_interval_ms: 10_000 }));
    advance(12_000);
    expect(container.textContent).toBe("Connectedlive");
  });

  it("says the round trip where there is one", () => {
    const { container, network, push, advance } = scene(
      <ConnectionStatus showDetails showLatency />,
    );
    push("init", init());
    advance(484);
    const [ask] = network.last.sent("heartbeat");
    advance(40);
    push("pong", { ...ask?.data, server_time: 0 });
    expect(container.textContent).toBe("Connectedlive · 40 ms");
  });

  it("counts down to the next attempt", () => {
    const { container, network, advance, push } = scene(<ConnectionStatus showDetails />, {
      config: { url, reconnectInterval: 20_000 },
    });
    push("metrics_update", metrics());
    act(() => network.last.end());
    const first = /^Reconnectingstale 0 s · next try in (\d+) s$/.exec(container.textContent ?? "");
    expect(first).not.toBeNull();
    advance(2_000);
    expect(container.textContent).toBe(
      `Reconnectingstale 2 s · next try in ${Number(first?.[1]) - 2} s`,
    );
  });

  it("has a word for each state", () => {
    const { container, network } = scene(<ConnectionStatus />, {
      config: { url, maxReconnectAttempts: 0 },
    });
    act(() => network.last.end());
    expect(container.textContent).toBe("Connection closed");
    cleanup();
    const other = scene(<ConnectionStatus />);
    act(() => other.network.last.end(4003));
    expect(other.container.textContent).toBe("Connection failed");
    cleanup();
    const idle = scene(<ConnectionStatus />, { config: { url, autoConnect: false } });
    expect(idle.container.textContent).toBe("Disconnected");
  });

  it("announces a change of state only, never a figure", () => {
    const { getByRole, network, push, advance } = scene(
      <ConnectionStatus showDetails showLatency />,
    );
    const region = getByRole("status");
    let changes = 0;
    const observer = new MutationObserver((records) => {
      changes += records.length;
    });
    observer.observe(region, { childList: true, characterData: true, subtree: true });
    push("init", init());
    for (let n = 0; n < 5; n++) {
      const asked = network.last.sent("heartbeat").at(-1);
      advance(n * 10);
      push("pong", { ...asked?.data, server_time: 0 });
      advance(30_000);
    }
    expect(observer.takeRecords().length + changes).toBe(0);
    observer.disconnect();
  });

  it("renders with words, not with the clock", () => {
    const { container, push, network } = scene(<ConnectionStatus showDetails />);
    push("metrics_update", metrics());
    let changes = 0;
    const observer = new MutationObserver((records) => {
      changes += records.length;
    });
    observer.observe(container, { childList: true, characterData: true, subtree: true });
    act(() => {
      for (let n = 0; n < 20; n++) {
        network.last.push(message("metrics_update", metrics()));
        network.clock.advance(1_000);
      }
    });
    expect(observer.takeRecords().length + changes).toBe(0);
    observer.disconnect();
  });

  it("leaves no timer behind", () => {
    const { unmount, network } = scene(<ConnectionStatus showDetails />);
    unmount();
    network.clock.advance(1);
    expect(network.clock.timers).toBe(0);
  });
});

describe("ConnectionBadge", () => {
  it("takes classes and says the state", () => {
    const { container, network } = scene(<ConnectionBadge className="mx-auto mb-2" />);
    expect(container.textContent).toBe("Connected");
    expect(container.firstElementChild?.className).toBe("telltale-badge mx-auto mb-2");
    act(() => network.last.end());
    expect(container.textContent).toBe("Reconnecting");
  });
});

describe("styles", () => {
  it("that are adopted by script are those of styles.css", () => {
    const file = readFileSync(`${import.meta.dirname}/../src/styles.css`, "utf8");
    const bare = (text: string): string =>
      text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\s|;(?=\s*})/g, "");
    expect(bare(css)).toBe(bare(file));
  });

  it("give way to any class of the application, layered as Tailwind layers it or not", () => {
    expect(css.startsWith("@layer theme,base,components,utilities;@layer components{")).toBe(true);
    const outside = css.replaceAll(/:where\((\([^()]*\)|[^()])*\)/g, "");
    // What is left of a selector outside of :where() would have specificity.
    expect(outside.match(/[.#[][a-z-]+[^;{}]*(?=\{)/g)).toBeNull();
    expect(css.match(/:where/g)?.length).toBeGreaterThan(15);
  });

  it("are one sheet per page, adopted without a style element", async () => {
    const before = document.head.querySelectorAll("style").length;
    scene([<ConnectionBadge key="a" />, <ConnectionBadge key="b" />]);
    expect(document.head.querySelectorAll("style")).toHaveLength(before);
    await vi.waitFor(() => expect(document.adoptedStyleSheets.length).toBe(1));
  });
});

describe("TelltaleBoundary", () => {
  it("keeps a panel that fails from taking the page with it, and lets it try again", () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => {});
    let broken = true;
    function Panel(): ReactElement {
      if (broken) throw new Error("broken");
      return <p>fine</p>;
    }
    const errors: unknown[] = [];
    const { container, getByText } = scene(
      <TelltaleBoundary
        onError={(error) => errors.push(error)}
        fallback={(_error, retry) => (
          <button type="button" onClick={retry}>
            Again
          </button>
        )}
      >
        <Panel />
      </TelltaleBoundary>,
    );
    expect(errors).toHaveLength(1);
    broken = false;
    act(() => getByText("Again").click());
    expect(container.textContent).toBe("fine");
    silent.mockRestore();
  });
});
