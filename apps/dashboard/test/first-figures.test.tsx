import { preload } from "@telltale/client";
import { message, metrics } from "@telltale/testkit/sample";
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocketProvider } from "@/services";
import { Later } from "../src/shell/Later.tsx";
import { WithFigures } from "../src/shell/WithFigures.tsx";

let hear: (type: string, data?: unknown) => void;

/** A socket that says what the test does. */
class Socket {
  readonly readyState = 1;
  constructor() {
    const listeners: [string, (event: { data?: unknown }) => void][] = [];
    this.addEventListener = (type, listener) => void listeners.push([type, listener]);
    hear = (type, data) => {
      for (const [of, listener] of listeners) if (of === type) listener({ data });
    };
  }
  addEventListener: (type: string, listener: (event: { data?: unknown }) => void) => void;
  send(): void {}
  close(): void {}
}

const figures = JSON.stringify(message("metrics_update", metrics()));

function open(): void {
  render(
    <WebSocketProvider config={{ url: "ws://localhost/" }} env={{ webSocket: () => Socket }}>
      <WithFigures>
        <p>The page</p>
      </WithFigures>
    </WebSocketProvider>,
  );
}

const pass = (ms: number): Promise<void> => act(async () => void vi.advanceTimersByTime(ms));

beforeEach(async () => {
  await preload();
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("draws the page once figures are there", async () => {
  open();
  await act(async () => hear("open"));
  await pass(100);
  expect(screen.queryByText("The page")).toBeNull();
  await act(async () => hear("message", figures));
  await pass(100);
  expect(screen.queryByText("The page")).not.toBeNull();
});

it("does not wait long for figures", async () => {
  open();
  await pass(1_000);
  expect(screen.queryByText("The page")).not.toBeNull();
});

it("draws what can wait once the rest was painted, and keeps its place", async () => {
  render(
    <Later meanwhile="its place">
      <p>The rail</p>
    </Later>,
  );
  expect(screen.queryByText("The rail")).toBeNull();
  expect(screen.queryByText("its place")).not.toBeNull();
  await pass(100);
  await pass(1);
  expect(screen.queryByText("The rail")).not.toBeNull();
  expect(screen.queryByText("its place")).toBeNull();
});
