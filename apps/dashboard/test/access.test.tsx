import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AccessSettings } from "../src/access/AccessSettings.tsx";
import { ProjectPicker } from "../src/access/ProjectPicker.tsx";
import { ReadOnly } from "../src/access/ReadOnly.tsx";
import SignIn from "../src/access/SignIn.tsx";
import { Button } from "../src/alerts/Button.tsx";
import type { Key } from "../src/services/access.ts";
import { get } from "../src/services/rest.ts";
import {
  askSession,
  page,
  type Scope,
  type Session,
  useSessionState,
} from "../src/services/session.ts";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const json = (body: unknown, status = 200, headers = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
const team = { id: "team", name: "Team" };
const other = { id: "other", name: "Other" };
const out: Session = { auth: "required", caller: null, projects: [] };
const as = (scope: Scope, projects = [team]): Session => ({
  auth: "required",
  caller: { scope, project: team, key: { id: "k1", name: "mine" } },
  projects,
});

/** What the server keeps; a test changes it as others would. */
let session: Session | 404;
let keys: Key[];
let sent: Sent[];
let refusal: Response | undefined;
let startedOver: number;

function answer({ method, path, body }: Sent): Response {
  if (refusal && method !== "GET") return refusal.clone();
  if (path === "/api/v1/session") {
    if (method === "DELETE") return new Response(null, { status: 204 });
    return session === 404 ? json({ title: "Not found" }, 404) : json(session);
  }
  if (path === "/api/v1/projects") return json({ projects: [{ ...team, created_at: 1 }] });
  if (path === "/api/v1/keys" && method === "GET") return json({ keys });
  if (path === "/api/v1/keys") {
    const made = { ...key("k2"), name: String(body["name"]) };
    keys = [...keys, made];
    return json({ key: made, secret: "tt_shown_once" }, 201);
  }
  if (method === "DELETE") {
    keys = keys.filter(({ id }) => !path.endsWith(id));
    return new Response(null, { status: 204 });
  }
  return json({ title: "The key was revoked" }, 401);
}

const key = (id: string): Key => ({
  id,
  name: `key ${id}`,
  project: "team",
  scope: "read",
  created_at: 1,
  expires_at: null,
  last_used_at: null,
});

beforeEach(() => {
  session = out;
  keys = [key("k1")];
  sent = [];
  refusal = undefined;
  startedOver = 0;
  vi.spyOn(page, "startOver").mockImplementation(() => {
    startedOver += 1;
  });
  HTMLDialogElement.prototype.showModal = function showModal(): void {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(): void {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? init.body : "{}";
    const one = {
      method: init.method ?? "GET",
      path,
      body: JSON.parse(body) as Record<string, unknown>,
    };
    if (one.method !== "GET") sent.push(one);
    return answer(one);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function State() {
  const state = useSessionState();
  return <p data-testid="state">{state.name === "out" ? `out ${state.ended}` : state.name}</p>;
}
const state = (): string => screen.getByTestId("state").textContent ?? "";

async function be(next: Session | 404): Promise<void> {
  session = next;
  await askSession();
}

function within(content: ReactElement): void {
  render(<QueryClientProvider client={new QueryClient()}>{content}</QueryClientProvider>);
}

test("[X7] whoever has no key is out, and a server of before keys asks nobody for one", async () => {
  render(<State />);
  await be(out);
  await waitFor(() => expect(state()).toBe("out false"));
  await be(404);
  await waitFor(() => expect(state()).toBe("in"));
});

test("[X7] signing in sends the key without what was pasted around it and begins anew at the address", async () => {
  render(<SignIn ended={false} />);
  const field = screen.getByLabelText("Key");
  expect(document.activeElement).toBe(field);
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Paste a key");
  expect(sent).toEqual([]);
  session = as("read");
  fireEvent.change(field, { target: { value: "  tt_abc \n" } });
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(startedOver).toBe(1));
  expect(sent).toEqual([{ method: "POST", path: "/api/v1/session", body: { key: "tt_abc" } }]);
});

test.each([
  [401, "No key is this one"],
  [429, "Wait 40 s before you try another key"],
])(
  "[X7] a refusal (%i) is told in the server's words, beside the field",
  async (status, detail) => {
    refusal = json({ title: "No", detail }, status, { "retry-after": "40" });
    render(<SignIn ended={false} />);
    const field = screen.getByLabelText("Key");
    fireEvent.change(field, { target: { value: "tt_wrong" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe(detail);
    expect(field.getAttribute("aria-describedby")).toBe(alert.id);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(startedOver).toBe(0);
  },
);

test("[X7] a session that ends while the page is open leads to the way in, and says so", async () => {
  render(<State />);
  await be(as("read"));
  await waitFor(() => expect(state()).toBe("in"));
  session = out;
  await get("/api/v1/series").catch(() => {});
  await waitFor(() => expect(state()).toBe("out true"));
  render(<SignIn ended />);
  expect(screen.getByRole("alert").textContent).toContain("Your session ended.");
});

test("[X8] a reader is told why what changes things is off; an administrator is not", async () => {
  const looks = (
    <>
      <ReadOnly what="Changing rules" />
      <Button changes>New rule</Button>
      <Button>Cancel</Button>
    </>
  );
  await be(as("read"));
  render(looks);
  const off = screen.getByRole("button", { name: "New rule" });
  expect(off.hasAttribute("disabled")).toBe(true);
  expect(off.title).toBe("This needs an admin key");
  expect(screen.getByText(/Changing rules needs an admin key/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Cancel" }).hasAttribute("disabled")).toBe(false);
  cleanup();
  for (const next of [as("admin"), 404] as const) {
    await be(next);
    render(looks);
    expect(screen.getByRole("button", { name: "New rule" }).hasAttribute("disabled")).toBe(false);
    expect(screen.queryByText(/needs an admin key/)).toBeNull();
    cleanup();
  }
});

test("[X8] projects can be chosen where there are several, and choosing begins anew", async () => {
  await be(as("admin"));
  const { rerender } = render(<ProjectPicker />);
  expect(screen.queryByLabelText("Project")).toBeNull();
  await be(as("admin", [team, other]));
  rerender(<ProjectPicker />);
  fireEvent.change(await screen.findByLabelText("Project"), { target: { value: "other" } });
  await waitFor(() => expect(startedOver).toBe(1));
  expect(sent.at(-1)).toEqual({
    method: "PATCH",
    path: "/api/v1/session",
    body: { project: "other" },
  });
});

test("[X8] an administrator makes a key, sees it once, and revokes one after being asked", async () => {
  await be(as("admin"));
  within(<AccessSettings />);
  fireEvent.click(await screen.findByRole("button", { name: "New key" }));
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "grafana" } });
  fireEvent.change(screen.getByLabelText("For"), { target: { value: "read" } });
  fireEvent.click(screen.getByRole("button", { name: "Make the key" }));
  expect(await screen.findByText("tt_shown_once")).toBeTruthy();
  expect(sent.at(-1)?.body).toEqual({ name: "grafana", project: "team", scope: "read" });
  fireEvent.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByText("tt_shown_once")).toBeNull());
  fireEvent.click(await screen.findByRole("button", { name: "Revoke grafana" }));
  expect(sent.some(({ method }) => method === "DELETE")).toBe(false);
  fireEvent.click(await screen.findByRole("button", { name: "Revoke" }));
  await waitFor(() => expect(screen.queryByText("grafana")).toBeNull());
  expect(sent.at(-1)).toMatchObject({ method: "DELETE", path: "/api/v1/keys/k2" });
});

test("[X8] a refused key says what is wrong with it", async () => {
  await be(as("admin"));
  within(<AccessSettings />);
  fireEvent.click(await screen.findByRole("button", { name: "New key" }));
  refusal = json({ title: "No", detail: "name: expected 1 to 80 characters", path: "name" }, 400);
  fireEvent.click(screen.getByRole("button", { name: "Make the key" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Expected 1 to 80 characters");
});

test("[X8] a reader sees who they are and whose keys these are not", async () => {
  await be(as("read"));
  within(<AccessSettings />);
  expect(screen.getByText("mine")).toBeTruthy();
  expect(screen.getByText(/Only an admin key shows and changes them/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(startedOver).toBe(1));
});
