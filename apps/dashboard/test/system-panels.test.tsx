import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { CachePanel } from "../src/panels/CachePanel.tsx";
import { EnginePanel } from "../src/panels/EnginePanel.tsx";
import { GpuPanel } from "../src/panels/GpuPanel.tsx";

afterEach(cleanup);

const cells = (row: HTMLElement): (string | null)[] =>
  within(row)
    .getAllByRole("cell")
    .map((cell) => cell.textContent);
const UNKNOWN = /^—unknown: /;

test("an engine shows what it reports, and a dash with the reason for what it does not", () => {
  render(
    <EnginePanel
      engines={[
        { name: "a", kind: "vllm", model: "llama", running: 3, waiting: 0, kv_cache_usage: 0.5 },
        { name: "b", kind: "tgi", running: 1 },
      ]}
    />,
  );
  const [, first, second] = screen.getAllByRole("row");
  if (first === undefined || second === undefined) throw new Error("rows are missing");
  expect(within(first).getByRole("rowheader").textContent).toBe("avLLM · llama");
  expect(cells(first).slice(0, 3)).toEqual(["3", "0", "50.0%"]);
  expect(cells(second)[0]).toBe("1");
  for (const cell of cells(second).slice(1)) expect(cell).toMatch(UNKNOWN);
  const meter = screen.getByRole("meter", { name: "KV cache of a" });
  expect(meter.getAttribute("aria-valuenow")).toBe("50");
});

test("a GPU whose use nobody reports has none, and is not drawn as idle", () => {
  render(
    <GpuPanel
      gpus={[
        { index: 0, usage: 97, uuid: "A" },
        { index: 0, usage: 0, uuid: "A", instance: "3g.40gb 2", unknown: ["usage"] },
      ]}
    />,
  );
  const [, busy, unknown] = screen.getAllByRole("row");
  if (busy === undefined || unknown === undefined) throw new Error("rows are missing");
  expect(cells(busy)[0]).toBe("97.0%");
  expect(cells(unknown)[0]).toMatch(UNKNOWN);
  expect(within(unknown).getByRole("rowheader").textContent).toContain("MIG 3g.40gb 2");
  // Being busy is what a GPU is for.
  expect(screen.getByRole("meter").getAttribute("aria-valuetext")).toBe("97.0%");
});

test("figures of the cache that no engine reports are dashes, not zeros", () => {
  const cache = {
    cache_hits: 0,
    cache_misses: 10,
    hit_rate: 0,
    cache_size_bytes: 0,
    cache_entries: 5,
    evictions: 0,
    avg_lookup_time_ms: 0,
    engines: 1,
    unknown: ["cache_size_bytes", "avg_lookup_time_ms"],
  };
  render(<CachePanel cache={cache} />);
  const value = (name: string): string | null | undefined =>
    screen.getByText(name).nextElementSibling?.textContent;
  expect(value("Hits")).toBe("0");
  expect(value("Size")).toMatch(UNKNOWN);
  expect(value("Average lookup")).toMatch(UNKNOWN);
  expect(value("In use")).toMatch(UNKNOWN);
});
