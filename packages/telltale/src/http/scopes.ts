import type { Scope } from "../access/book.ts";

/** What a route asks of whoever calls it; `open`: nothing. */
export type Needed = Scope | "open";

const doors = [
  "POST /ingest/requests",
  "POST /ingest/litellm",
  "POST /ingest/helicone",
  "POST /ingest/helicone/custom/v1/log",
  "POST /custom/v1/log",
  "POST /v1/traces",
  "POST /v1/metrics",
  "POST /v1/logs",
  "POST /api/public/otel/v1/traces",
  "* /proxy/:name/*",
];

const reading = [
  "GET /metrics",
  "GET /metrics/stream",
  "GET /api/openapi.json",
  "GET /api/v1/snapshot",
  "GET /api/v1/models",
  "GET /api/v1/requests",
  "GET /api/v1/requests/:id",
  "GET /api/v1/errors",
  "GET /api/v1/errors/groups",
  "GET /api/v1/series",
  "GET /api/v1/heatmap",
  "GET /api/v1/breakdown",
  "GET /api/v1/compare",
  "GET /api/v1/costs",
  "GET /api/v1/export",
  "GET /api/v1/boards",
  "GET /api/v1/engines",
  "GET /api/v1/host",
  "GET /api/v1/prices",
  "GET /api/v1/prices/unknown",
  "GET /api/v1/retention",
  "GET /api/v1/alerts",
  "GET /api/v1/alerts/events",
  "GET /api/v1/alerts/templates",
  "GET /api/v1/alerts/metrics",
  "GET /api/v1/alerts/rules",
  "GET /api/v1/alerts/rules/:id",
  "GET /api/v1/alerts/silences",
  "GET /api/v1/alerts/channels",
  "GET /api/v1/alerts/deliveries",
  "POST /api/v1/tickets",
];

const administration = [
  "POST /api/v1/import",
  "POST /api/v1/backups",
  "PUT /api/v1/boards/:id",
  "DELETE /api/v1/boards/:id",
  "POST /api/v1/alerts/preview",
  "POST /api/v1/alerts/:id/acknowledge",
  "POST /api/v1/alerts/rules",
  "PUT /api/v1/alerts/rules/:id",
  "PATCH /api/v1/alerts/rules/:id",
  "DELETE /api/v1/alerts/rules/:id",
  "POST /api/v1/alerts/silences",
  "PUT /api/v1/alerts/silences/:id",
  "DELETE /api/v1/alerts/silences/:id",
  "POST /api/v1/alerts/channels/:id/test",
  "POST /api/v1/alerts/deliveries/:id/retry",
  "GET /api/v1/projects",
  "POST /api/v1/projects",
  "PATCH /api/v1/projects/:id",
  "DELETE /api/v1/projects/:id",
  "GET /api/v1/keys",
  "POST /api/v1/keys",
  "DELETE /api/v1/keys/:id",
  "PATCH /api/v1/session",
];

const unasked = [
  "GET /healthz",
  "GET /readyz",
  "GET /api/v1/session",
  "POST /api/v1/session",
  "DELETE /api/v1/session",
];

const table: ReadonlyMap<string, Needed> = new Map<string, Needed>([
  ...doors.map((route) => [route, "ingest"] as const),
  ...reading.map((route) => [route, "read"] as const),
  ...administration.map((route) => [route, "admin"] as const),
  ...unasked.map((route) => [route, "open"] as const),
]);

/** Addresses that hold data or change something. All others are the dashboard's pages and files. */
const data = /^\/(?:api|ingest|v1|custom|proxy|metrics)(?:\/|$)/;

/** What the table says of a route, as Fastify writes it; undefined when it is not in there. */
export function listedScope(method: string, url: string): Needed | undefined {
  const listed = table.get(`${method === "HEAD" ? "GET" : method} ${url}`) ?? table.get(`* ${url}`);
  if (listed !== undefined || data.test(url)) return listed;
  return method === "GET" || method === "HEAD" ? "open" : undefined;
}

/** The same for the guard: what nobody gave a scope is for those who may do everything. */
export function neededScope(method: string, url: string): Needed {
  return listedScope(method, url) ?? "admin";
}

/** Whether a path is for the routes of a project. It decides where a request goes, not who may. */
export function isOfProject(path: string): boolean {
  return data.test(path) && !house.test(path);
}

const house = /^\/api\/(?:openapi\.json|v1\/(?:session|tickets|projects|keys))(?:\/|$)/;

/** The path of a request target, as it was sent; the target may be a whole address (RFC 9112 3.2.2). */
export function pathOf(url: string): string {
  const [path = "/"] = url.split("?", 1);
  return path.startsWith("/") ? path : path.replace(/^https?:\/\/[^/]*/i, "");
}
