import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeepForAll } from "../src/boards/KeepForAll.tsx";
import { askSession, type Scope } from "../src/services/session.ts";

configure({ asyncUtilTimeout: 10_000 });

const board = { id: "night", name: "Night", panels: [] };
const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status });

let scope: Scope;
let kept: { id: string }[] | 404;

beforeEach(() => {
  scope = "admin";
  kept = [];
  const answer = async (path: string, { method, body }: RequestInit) => {
    if (path === "/api/v1/session") {
      const project = { id: "team", name: "Team" };
      return json({ auth: "required", caller: { scope, project, key: null }, projects: [project] });
    }
    if (kept === 404) return json({ title: "Not found" }, 404);
    if (method === "PUT") {
      const changed = { ...JSON.parse(String(body)), id: path.split("/").at(-1) };
      kept = [...kept.filter(({ id }) => id !== changed.id), changed];
      return json(changed);
    }
    return json({ boards: kept });
  };
  vi.stubGlobal("fetch", vi.fn(answer));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function show(): Promise<void> {
  await askSession();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <KeepForAll board={board} />
    </QueryClientProvider>,
  );
}

test("[W7] a board is kept for everyone, in the place of the one of its id", async () => {
  kept = [{ ...board, id: "other" }];
  await show();
  fireEvent.click(await screen.findByRole("button", { name: "Keep for everyone" }));
  await waitFor(() => expect(kept).toHaveLength(2));
  await screen.findByText(/is among the boards/);
  cleanup();
  await show();
  expect(await screen.findByRole("button", { name: "Replace it" })).not.toBeNull();
});

test("[W7] who may only read is told why it is off", async () => {
  scope = "read";
  await show();
  const button = await screen.findByRole("button", { name: "Keep for everyone" });
  expect(button.hasAttribute("disabled")).toBe(true);
  expect(screen.getByText(/needs an admin key/)).not.toBeNull();
});

test("a server that keeps no boards is not offered any", async () => {
  kept = 404;
  await show();
  await waitFor(() => expect(fetch).toHaveBeenCalledWith("/api/v1/boards", expect.anything()));
  expect(screen.queryByRole("button")).toBeNull();
});
