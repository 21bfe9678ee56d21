import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadConfig } from "../src/cli/options.ts";
import { configSchema } from "../src/config.ts";
import type { EngineReport } from "../src/engine-sample.ts";
import { fetchPage, MAX_PAGE_BYTES, ScrapeError } from "../src/ingest/prometheus/fetch.ts";
import { isForbidden } from "../src/ingest/prometheus/lookup.ts";
import { type Scraper, startScraper } from "../src/ingest/prometheus/scraper.ts";
import { targetOf } from "../src/ingest/prometheus/target.ts";
import * as pages from "./engine-pages.ts";

const target = (url: string, more: object = {}) => {
  const [first] = configSchema.parse({ scrape: [{ url, ...more }] }).scrape;
  if (first === undefined) throw new Error("no target");
  return targetOf(first);
};

describe("[G5] scrape targets", () => {
  const load = (scrape: string, env: NodeJS.ProcessEnv = {}) =>
    loadConfig({ flags: { scrape }, env, cwd: "/nowhere" });

  test("are named by address, in a flag, a variable or the file; /metrics is meant", async () => {
    const { scrape } = await load(
      "http://127.0.0.1:8001, http://h:1/v1/metrics,http://h:2/metrics",
    );
    expect(scrape.map(targetOf).map(({ name, url }) => [name, url.href])).toEqual([
      ["127.0.0.1:8001", "http://127.0.0.1:8001/metrics"],
      ["h:1/v1/metrics", "http://h:1/v1/metrics"],
      ["h:2", "http://h:2/metrics"],
    ]);
    const env = { TELLTALE_SCRAPE: "http://h:3" };
    const fromEnv = await loadConfig({ flags: {}, env, cwd: "/nowhere" });
    expect(fromEnv.scrape).toHaveLength(1);
  });

  test.each([
    ["127.0.0.1:8001", "begins with http:// or https://"],
    ["localhost:8001/metrics", "begins with http:// or https://"],
    ["file:///etc/passwd", "an http:// or https:// address"],
    ["http://", "an address such as"],
    ["http://h/#x", "without #"],
    ["http://h:1,http://h:1/metrics", "a name of its own"],
  ])("%s is refused at start, with what is expected", async (scrape, expected) => {
    await expect(load(scrape)).rejects.toThrow(expected);
    await expect(load(scrape)).rejects.toThrow("--scrape");
  });

  test.each([
    [{ url: "http://h", kind: "vlm" }, /kind/],
    [{ url: "http://h", intervalMs: 1 }, /intervalMs/],
    [{ url: "http://h", intervl: 1 }, /intervl|Unrecognized/],
    [{}, /url/],
  ])("%j is refused", (one, expected) => {
    expect(() => configSchema.parse({ scrape: [one] })).toThrow(expected);
  });

  test("send a user and a password as a header, and show neither", () => {
    const { url, headers } = target("http://me:p%40ss@h:1/metrics?token=x");
    expect(headers["authorization"]).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
    expect(url.href).toBe("http://h:1/metrics?token=x");
  });
});

describe("[G6] a page of a target", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function serve(listener: RequestListener): Promise<string> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    const address: AddressInfo | string | null = started.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/metrics`;
  }
  const fetchFrom = (url: string, more = {}) =>
    fetchPage(target(url, more), new AbortController().signal);

  test("comes plain or compressed, and is asked for with the target's headers", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.accept);
      response.setHeader("content-encoding", "gzip").end(gzipSync("up 1\n"));
    });
    expect(await fetchFrom(url, { headers: { authorization: "Bearer k" } })).toBe("up 1\n");
    expect(seen).toEqual(["Bearer k", expect.stringContaining("version=0.0.4")]);
  });

  test.each<[string, RequestListener, RegExp]>([
    ["an error", (_, r) => r.writeHead(500).end("secret"), /^it answers 500$/],
    ["no way in", (_, r) => r.writeHead(401).end(), /401; give the target a header/],
    ["no such page", (_, r) => r.writeHead(404).end(), /404; is the path right/],
    [
      "a redirect",
      (_, r) => r.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      /302, and redirects are not followed$/,
    ],
    ["no end", (_, r) => r.end(Buffer.alloc(MAX_PAGE_BYTES + 1, "a")), /larger than 8 MiB$/],
    [
      "a bomb",
      (_, r) =>
        r.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(MAX_PAGE_BYTES * 4))),
      /larger than 8 MiB$/,
    ],
    ["other bytes", (_, r) => r.end(Buffer.from([0xff, 0xfe, 0xfd])), /not UTF-8/],
    ["broken gzip", (_, r) => r.setHeader("content-encoding", "gzip").end("x"), /gzip/],
    ["another encoding", (_, r) => r.setHeader("content-encoding", "br").end("x"), /not asked for/],
    [
      "half of it",
      (_, r) => {
        r.setHeader("content-length", "100").write("up");
        setImmediate(() => r.destroy());
      },
      /closed the connection/,
    ],
  ])("with %s is refused in words, without a word of the answer", async (_, listener, expected) => {
    const url = await serve(listener);
    const failure = await fetchFrom(url).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScrapeError);
    expect(failure instanceof Error ? failure.message : "").toMatch(expected);
    expect(String(failure)).not.toContain("secret");
  });

  test("of nobody is refused likewise", async () => {
    const url = await serve((_, r) => r.end());
    await new Promise((resolve) => server?.close(resolve));
    await expect(fetchFrom(url)).rejects.toThrow("connection refused");
    await expect(fetchFrom("http://nowhere.invalid/metrics")).rejects.toThrow(/not resolve/);
  });

  test.each([
    ["169.254.169.254", true],
    ["::ffff:169.254.169.254", true],
    ["64:ff9b::a9fe:a9fe", true],
    ["fe80::1", true],
    ["fe80::1%eth0", true],
    ["fd00:ec2::254", true],
    ["0.0.0.0", true],
    ["::", true],
    ["224.0.0.1", true],
    ["255.255.255.255", true],
    ["168.63.129.16", true],
    ["127.0.0.1", false],
    ["10.1.2.3", false],
    ["192.168.1.2", false],
    ["fd12::1", false],
    ["::1", false],
    ["::ffff:10.0.0.1", false],
    ["93.184.216.34", false],
  ])("a name that leads to %s is refused: %s", (address, forbidden) => {
    expect(isForbidden(address)).toBe(forbidden);
  });
});

describe("[G7] the scraper", () => {
  let scraper: Scraper | undefined;
  afterEach(() => scraper?.stop());

  function begin(answer: (attempt: number) => string | Error | Promise<string>) {
    const reports: EngineReport[] = [];
    const lost: string[] = [];
    const lines: string[] = [];
    const timers: { ms: number; run(): void; live: boolean }[] = [];
    let attempt = 0;
    let now = 1_780_000_000_000;
    const log = (_: object, message: string) => lines.push(message);
    scraper = startScraper({
      targets: [target("http://h:1", { name: "a", intervalMs: 10_000 })],
      intake: { report: (report) => reports.push(report), lost: (name) => lost.push(name) },
      log: { info: log, warn: log, error: log },
      env: {
        now: () => now,
        later(run, ms) {
          const timer = { run, ms, live: true };
          timers.push(timer);
          return () => {
            timer.live = false;
          };
        },
        async fetch(_, signal) {
          const given = answer(attempt++);
          if (given instanceof Error) throw given;
          return Promise.race([
            given,
            new Promise<string>((_, reject) =>
              signal.addEventListener("abort", () => reject(signal.reason)),
            ),
          ]);
        },
      },
    });
    const fire = (ms: number) => {
      const timer = timers.find((one) => one.live && one.ms === ms);
      if (timer === undefined) throw new Error(`no timer of ${ms} ms`);
      timer.live = false;
      now += ms;
      timer.run();
    };
    const waiting = () => timers.filter(({ live }) => live).map(({ ms }) => ms);
    const current = scraper;
    return { reports, lost, lines, fire, waiting, state: () => current.targets()[0] };
  }
  const settled = (waiting: () => number[]) =>
    vi.waitFor(() => expect(waiting()).toEqual([10_000]), { interval: 1 });

  test("hands in what it reads, and says that the target is up", async () => {
    const { reports, state, waiting, lines } = begin(() => pages.vllm("0"));
    expect(state()).toMatchObject({ name: "a", url: "http://h:1/metrics", kinds: [] });
    expect(state()).not.toHaveProperty("up");
    await settled(waiting);
    expect(reports).toMatchObject([{ source: "a", validFor: 25_000, engines: [{ running: 3 }] }]);
    expect(state()).toMatchObject({ up: true, kinds: ["vllm"] });
    expect(lines).toEqual([]);
  });

  test("of a dead target: its figures are withdrawn at once, why is said once in the log", async () => {
    const { lost, state, waiting, fire, lines } = begin((attempt) =>
      attempt === 1 || attempt === 2 ? new ScrapeError("connection refused") : pages.vllm("0"),
    );
    await settled(waiting);
    const since = state()?.since ?? 0;
    fire(10_000);
    await vi.waitFor(() => expect(lost).toEqual(["a"]), { interval: 1 });
    await settled(waiting);
    expect(state()).toMatchObject({ up: false, reason: "connection refused", kinds: ["vllm"] });
    expect(state()).toMatchObject({ last_success: since, since: since + 10_000 });
    fire(10_000);
    await vi.waitFor(() => expect(lost).toEqual(["a", "a"]), { interval: 1 });
    await settled(waiting);
    expect(state()?.since).toBe(since + 10_000);
    fire(10_000);
    await vi.waitFor(() => expect(state()?.up).toBe(true), { interval: 1 });
    expect(lines).toEqual([
      "scrape target is down: connection refused",
      "scrape target is up again",
    ]);
  });

  test("gives up on a target that does not answer, and asks again later", async () => {
    const { lost, state, waiting, fire } = begin(() => new Promise<string>(() => {}));
    fire(5000);
    await vi.waitFor(() => expect(lost).toEqual(["a"]), { interval: 1 });
    expect(state()).toMatchObject({ up: false, reason: "no whole answer within 5 s" });
    await vi.waitFor(() => expect(waiting()).toEqual([5000]), { interval: 1 });
  });

  test("says where a page is not Prometheus text, and when it has nothing to tell", async () => {
    const wrong = begin(() => "<html>");
    await vi.waitFor(() => expect(wrong.state()?.up).toBe(false), { interval: 1 });
    expect(wrong.state()?.reason).toBe(
      "its page is not Prometheus text: line 1, column 1: expected a metric name",
    );
    scraper?.stop();
    const empty = begin(() => "go_goroutines 4\n");
    await settled(empty.waiting);
    expect(empty.state()).toMatchObject({
      up: true,
      kinds: [],
      reason: "its page has no figures that Telltale knows",
    });
    expect(empty.lines).toHaveLength(1);
  });

  test("that is stopped asks no more and tells no more", async () => {
    const { reports, lost, waiting } = begin(() => new Promise<string>(() => {}));
    scraper?.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect([reports, lost, waiting()]).toEqual([[], [], []]);
  });
});
