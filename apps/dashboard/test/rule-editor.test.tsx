import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RuleEditor } from "../src/alerts/RuleEditor.tsx";
import type { MetricInfo, Preview, Rule } from "../src/services/alerts.ts";
import { atAnAddress } from "./at-an-address.tsx";

// The canvas and its measures are the browser's; what is asked here is what the editor says and sends.
vi.mock("../src/charts/Plot.tsx", () => ({ Plot: () => null }));

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

// The editor waits for a pause in typing, and the machine may be busy.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

let sent: Sent[] = [];
let answer: (request: Sent) => Response;

const preview: Preview = {
  from: 0,
  to: 86_400_000,
  step_ms: 300_000,
  fired: 3,
  episodes: [],
  series: [{ group: null, points: [[0, 0.2]] }],
  thresholds: [{ group: null, points: [[0, 0.05]] }],
  note: null,
};

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status });
const refusal = (path: string, text: string): Response =>
  json({ title: "The body could not be read", detail: `${path}: ${text}`, path }, 400);

beforeEach(() => {
  sent = [];
  answer = () => json(preview);
  vi.stubGlobal(
    "fetch",
    async (path: string, { method, body }: { method: string; body: string }) => {
      const request = { method, path, body: JSON.parse(body) as Record<string, unknown> };
      sent.push(request);
      return answer(request);
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const metrics: readonly MetricInfo[] = [
  { name: "error_rate", unit: "share", each: "model", history: "error_rate" },
  { name: "p95_latency_ms", unit: "ms", each: "model", history: "p95_latency_ms" },
  { name: "cpu_usage", unit: "percent", each: null, history: null },
];

async function open(onSaved: (rule: Rule) => void = () => {}): Promise<void> {
  await atAnAddress(
    <QueryClientProvider client={new QueryClient()}>
      <RuleEditor
        metrics={metrics}
        templates={[]}
        channels={[]}
        models={["gpt-4o"]}
        onSaved={onSaved}
        onClose={() => {}}
      />
    </QueryClientProvider>,
  );
}

const field = (name: string): HTMLElement => screen.getByLabelText(name);
const choose = (name: string, value: string): void => {
  fireEvent.change(field(name), { target: { value } });
};

test("[N1] the fields follow the kind, and what was typed for one is kept while another is looked at", async () => {
  await open();
  choose("Value", "12");
  choose("Kind", "no_data");
  expect(field("No request for")).toBeTruthy();
  expect(screen.queryByLabelText("Value")).toBeNull();
  choose("Kind", "burn_rate");
  expect(screen.getAllByLabelText("Times")).toHaveLength(2);
  fireEvent.click(screen.getByRole("button", { name: "Another pair of times" }));
  expect(screen.getAllByLabelText("Times")).toHaveLength(3);
  choose("Kind", "budget");
  expect(field("US dollars")).toBeTruthy();
  expect(screen.queryByLabelText("Fires after")).toBeNull();
  choose("Per", "other");
  expect(field("Every")).toBeTruthy();
  choose("Kind", "anomaly");
  expect(field("Far is so many deviations")).toBeTruthy();
  choose("Kind", "threshold");
  expect((field("Value") as HTMLInputElement).value).toBe("12");
  choose("Figure", "cpu_usage");
  expect(screen.queryByLabelText("Of")).toBeNull();
});

test("[N2] what the rule would have done is said while it is written", async () => {
  await open();
  await screen.findByText("Would have fired 3 times");
  expect(sent[0]).toMatchObject({
    path: "/api/v1/alerts/preview",
    body: { rule: { kind: "threshold", metric: "error_rate", value: 0.05 } },
  });
  answer = () => json({ ...preview, fired: 0 });
  choose("Value", "50");
  await screen.findByText("Would not have fired");
  answer = () => json({ ...preview, step_ms: null, fired: 0, note: "cpu_usage is not kept" });
  choose("Figure", "cpu_usage");
  await screen.findByText("Can not be tried on the past");
  expect(screen.getByText("cpu_usage is not kept.")).toBeTruthy();
});

test("[N3] the server's objection stands at its field, in the preview's answer and in that of saving", async () => {
  const saved = vi.fn();
  await open(saved);
  answer = () => refusal("rule.value", "expected a number");
  choose("Value", "lots");
  await screen.findByText("Expected a number");
  expect(field("Value").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("Not a whole rule yet")).toBeTruthy();

  answer = ({ path }) =>
    path.endsWith("/rules") ? refusal("name", "give it a name") : json(preview);
  choose("Value", "5");
  fireEvent.click(screen.getByRole("button", { name: "Make the rule" }));
  await waitFor(() => expect(field("Name").getAttribute("aria-invalid")).toBe("true"));
  expect(saved).not.toHaveBeenCalled();
  expect(screen.getAllByText(/give it a name/i).map((each) => each.textContent)).toEqual([
    "Give it a name",
  ]);

  answer = ({ body }) => json({ ...body, id: "r1", created_at: 1, updated_at: 1 }, 201);
  choose("Name", "Errors");
  fireEvent.click(screen.getByRole("button", { name: "Make the rule" }));
  await waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.calls[0]?.[0]).toMatchObject({ id: "r1", name: "Errors", value: 0.05 });
});
