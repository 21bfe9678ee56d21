import { readFileSync } from "node:fs";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { RetentionSettings } from "../src/panels/RetentionSettings.tsx";
import type { Retention } from "../src/services/retention.ts";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const kept: Retention = {
  request_days: 90,
  sum_days: 1095,
  max_bytes: 10_000_000_000,
  history_bytes: 2_500_000_000,
  oldest_request: Date.UTC(2026, 8, 3, 12),
  requests_stored: 1_240_000,
};

/** Renders the section, the server answering so; resolves to how the question ended. */
async function answered(body: unknown, status = 200): Promise<string | undefined> {
  const fetched = vi.fn(async () => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", fetched);
  const client = new QueryClient();
  render(
    <QueryClientProvider client={client}>
      <RetentionSettings />
    </QueryClientProvider>,
  );
  const ended = (): string | undefined => client.getQueryState(["retention"])?.status;
  await waitFor(() => expect(ended()).not.toBe("pending"));
  expect(fetched).toHaveBeenCalledWith("/api/v1/retention", expect.anything());
  return ended();
}

const values = (): (string | null)[] =>
  screen.getAllByRole("definition").map(({ textContent }) => textContent);

test("[X10] each limit is shown with what counts against it and the options that change it", async () => {
  await answered(kept);
  const section = await screen.findByRole("region", { name: "What is kept" });
  expect(values()).toEqual(["90 days", "1,095 days", "2.50 GB of 10.0 GB"]);
  const meter = within(section).getByRole("meter", { name: "Space on disk used" });
  expect(meter.getAttribute("aria-valuenow")).toBe("25");
  expect(section.textContent).toContain("1.24M requests are stored, the oldest since 3 Sept 2026.");
  expect(within(section).queryAllByRole("button")).toEqual([]);
  const options = Array.from(section.querySelectorAll("code"), ({ textContent }) => textContent);
  expect(options).toHaveLength(6);
  const documented = readFileSync("docs/configuration.md", "utf8");
  for (const option of options) expect(documented).toContain(`\`${option}\``);
});

test("[X10] where nothing limits it there is no meter, and nothing stored is said as such", async () => {
  const none = { request_days: null, sum_days: null, max_bytes: null };
  await answered({ ...kept, ...none, oldest_request: null, requests_stored: 0 });
  await screen.findByRole("region");
  expect(values()).toEqual(["For ever", "For ever", "2.50 GB, no limit"]);
  expect(screen.queryByRole("meter")).toBeNull();
  expect(screen.getByText(/No request is stored yet/)).toBeTruthy();
});

test("[X10] a history that is full is no fault", async () => {
  await answered({ ...kept, history_bytes: 9_900_000_000 });
  expect((await screen.findByRole("meter")).getAttribute("aria-valuetext")).toBe("99.0%");
});

test("[X10] a server that does not tell leaves the section out; one that fails says why", async () => {
  expect(await answered({ title: "Not found" }, 404)).toBe("success");
  expect(screen.queryByRole("region")).toBeNull();
  cleanup();
  expect(await answered({ detail: "The history is closed." }, 500)).toBe("error");
  expect((await screen.findByRole("region")).textContent).toContain("The history is closed.");
});
