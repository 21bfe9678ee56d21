import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Access } from "../src/access/access.ts";
import { Attempts } from "../src/access/attempts.ts";
import { emptyBook, freeId, withoutProject } from "../src/access/book.ts";
import type { Caller } from "../src/access/caller.ts";
import { cookieIn, keyIn, withoutCookies } from "../src/access/credentials.ts";
import { AccessFile } from "../src/access/file.ts";
import { isNetwork, whereaboutsOf } from "../src/access/proxies.ts";
import { hashOf, newSecret, withHash } from "../src/access/secret.ts";

const DAY = 86_400_000;
let folder: string;
let path: string;
let clock: number;
const now = (): number => clock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-book-"));
  path = join(folder, "access.json");
  clock = 1_800_000_000_000;
});

afterEach(() => rm(folder, { recursive: true }));

const open = async (required = true): Promise<Access> =>
  new Access({ file: await AccessFile.open({ path, now, patience: 200 }), required, now });
const asked = { name: "n", project: "default", scope: "read", expiresAt: null } as const;
const byKey = (access: Access, key: string) =>
  access.identify({ key, session: null, ticket: null });
const bySession = (access: Access, session: string) =>
  access.identify({ key: null, session, ticket: null });
const keyOf = ({ key }: Caller) => {
  if (key === null) throw new Error("no key");
  return key;
};

test("[A7] finding a key takes the same comparisons whatever is sent: each record, whole", () => {
  const records = Array.from({ length: 5 }, () => ({ hash: hashOf(newSecret()) }));
  const lengths = (hash: string): number[] => {
    const seen: number[] = [];
    const equal = (a: Buffer, b: Buffer): boolean => {
      seen.push(a.length, b.length);
      return a.equals(b);
    };
    withHash(records, hash, equal);
    return seen;
  };
  const all = lengths(hashOf("another"));
  expect(all).toEqual(Array(10).fill(32));
  for (const { hash } of records) {
    expect(withHash(records, hash)).toEqual({ hash });
    expect(lengths(hash)).toEqual(all);
  }
});

describe("keys", () => {
  test("[A7] only their hash is kept, and they have 256 bits", async () => {
    const access = await open();
    const { secret, key } = await access.createKey(asked);
    expect(secret).toMatch(/^tt_[\w-]{43}$/);
    const text = await readFile(path, "utf8");
    expect(text).toContain(key.hash);
    expect(text).not.toContain(secret.slice(3));
    expect(byKey(await open(), secret).caller).toMatchObject({ scope: "read", project: "default" });
  });

  test("[A5] are over when they expire or are revoked", async () => {
    const access = await open();
    const { secret } = await access.createKey({ ...asked, expiresAt: clock + DAY });
    const { caller } = byKey(access, secret);
    if (caller === undefined) throw new Error("not let in");
    expect(access.ended(caller)).toBeNull();
    clock += DAY;
    expect(access.ended(caller)).toBe("expired");
    expect(byKey(access, secret).refusal?.code).toBe("key_expired");
    await access.file.update((book) => ({ ...book, keys: [] }));
    expect(access.ended(caller)).toBe("revoked");
    expect(byKey(access, secret).refusal?.code).toBe("invalid_key");
  });

  test("their last use is told at once and written down now and then", async () => {
    const access = await open();
    const { secret } = await access.createKey(asked);
    expect(access.keys[0]?.last_used_at).toBeNull();
    byKey(access, secret);
    expect(access.keys[0]?.last_used_at).toBe(clock);
    await access.flush();
    expect((await open()).keys[0]?.last_used_at).toBe(clock);
    clock += 30_000;
    byKey(access, secret);
    await access.flush();
    expect((await open()).keys[0]?.last_used_at).toBe(clock - 30_000);
  });

  test("one is made where nobody could do anything, and only there", async () => {
    const access = await open();
    await access.createKey({ ...asked, scope: "admin", expiresAt: clock + DAY });
    expect(await access.firstKey()).toBeUndefined();
    clock += DAY;
    expect(await access.firstKey()).toMatch(/^tt_/);
    expect(await access.firstKey()).toBeUndefined();
  });

  test("where none is asked for, a key still says which project is meant, and a wrong one is refused", async () => {
    const access = await open(false);
    const { secret } = await access.createKey(asked);
    expect(byKey(access, secret).caller).toMatchObject({ scope: "read", by: "key" });
    expect(byKey(access, "tt_wrong").refusal?.code).toBe("invalid_key");
    expect(byKey(access, "of-another-system").caller).toMatchObject({ scope: "admin", by: "open" });
  });
});

describe("sessions", () => {
  test("[A6] last 30 days from their last use, over restarts, and not longer", async () => {
    let access = await open();
    const { secret: key } = await access.createKey(asked);
    const { caller } = byKey(access, key);
    if (caller === undefined) throw new Error("not let in");
    const { secret } = await access.signIn(keyOf(caller), "default");
    expect(await readFile(path, "utf8")).not.toContain(secret.slice(4));
    for (let month = 0; month < 3; month++) {
      clock += 29 * DAY;
      expect(bySession(access, secret).caller).toMatchObject({ by: "session" });
      await access.flush();
      access = await open();
    }
    clock += 30 * DAY;
    expect(bySession(access, secret).refusal?.code).toBe("key_required");
  });

  test("[A6] the least used go when there are a thousand", async () => {
    const access = await open();
    const { key } = await access.createKey(asked);
    const first = await access.signIn(key, "default");
    clock++;
    const session = { key: key.id, project: "default", created_at: clock, used_at: clock };
    await access.file.update((book) => ({
      ...book,
      sessions: [
        ...book.sessions,
        ...Array.from({ length: 999 }, (_, index) => ({ ...session, hash: hashOf(`${index}`) })),
      ],
    }));
    expect(bySession(access, first.secret).caller).toBeDefined();
    clock++;
    const last = await access.signIn(key, "default");
    expect(access.file.value.sessions).toHaveLength(1000);
    expect(bySession(access, last.secret).caller).toBeDefined();
  });
});

test("[A4] a ticket is good once, within 30 seconds, and never for more than reading", async () => {
  const access = await open();
  const { secret } = await access.createKey({ ...asked, scope: "admin" });
  const { caller } = byKey(access, secret);
  if (caller === undefined) throw new Error("not let in");
  const { ticket, expires_at } = access.tickets.issue(caller);
  expect(expires_at).toBe(clock + 30_000);
  expect(byKey(access, ticket).caller).toMatchObject({ scope: "read", by: "ticket" });
  expect(byKey(access, ticket).refusal?.code).toBe("invalid_key");
  const late = access.tickets.issue(caller).ticket;
  clock += 30_000;
  expect(byKey(access, late).refusal?.code).toBe("invalid_key");
  for (let count = 0; count < 10_100; count++) access.tickets.issue(caller);
  expect(access.tickets.size).toBeLessThanOrEqual(10_001);
  clock += 30_000;
  access.tickets.issue(caller);
  expect(access.tickets.size).toBe(1);
});

test("[A8] what is remembered of failures is bounded, forgotten after a minute, and by network", () => {
  const attempts = new Attempts(now);
  const waits = Array.from({ length: 12 }, () => attempts.fail("2001:db8::1"));
  expect(waits).toEqual([...Array(10).fill(undefined), 60, 60]);
  expect(attempts.fail("2001:db8:0:0:ffff::2")).toBe(60);
  expect(attempts.fail("2001:db8:1::1")).toBeUndefined();
  expect(attempts.fail("::ffff:192.0.2.1")).toBeUndefined();
  clock += 59_500;
  expect(attempts.fail("2001:db8::1")).toBe(1);
  clock += 500;
  expect(attempts.fail("2001:db8::1")).toBeUndefined();
  for (let count = 0; count < 20_000; count++) attempts.fail(`10.0.${count >> 8}.${count & 255}`);
  expect(attempts.size).toBe(10_000);
});

describe("[A10] the file", () => {
  test("[A10] changes of two processes are all in it", async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? one : other).createKey({ ...asked, name: `key ${index}` }),
      ),
    );
    const names = (await open()).keys.map(({ name }) => name).sort();
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `key ${index}`));
    await one.file.refresh();
    expect(one.keys).toHaveLength(10);
    expect(await one.file.refresh()).toBe(false);
  });

  test("[A10] one that can not be understood lets nobody in and is never written over", async () => {
    const access = await open();
    const { secret } = await access.createKey(asked);
    await writeFile(path, '{"version":1,"keys":[');
    await expect(open()).rejects.toThrow(/access\.json could not be understood \(it is not JSON\)/);
    await expect(access.createKey(asked)).rejects.toThrow(/could not be understood/);
    expect(await readFile(path, "utf8")).toBe('{"version":1,"keys":[');
    await expect(access.file.refresh()).rejects.toThrow(/could not be understood/);
    // A running server goes on with what it knew.
    expect(byKey(access, secret).caller).toBeDefined();
    await writeFile(path, '{"version":2}');
    await expect(open()).rejects.toThrow(/version/);
  });

  test("[A10] a lock that a killed process left behind is not waited for", async () => {
    const access = await open();
    await writeFile(`${path}.lock`, "");
    await access.createKey(asked);
    expect((await open()).keys).toHaveLength(1);
  });
});

test("a project goes with its keys and sessions; an administrator's stay", () => {
  const key = { name: "n", hash: hashOf("x"), created_at: 0, expires_at: null, last_used_at: null };
  const session = { hash: hashOf("y"), created_at: 0, used_at: 0, project: "a" };
  const book = withoutProject(
    {
      ...emptyBook(0),
      projects: [...emptyBook(0).projects, { id: "a", name: "A", created_at: 0 }],
      keys: [
        { ...key, id: "1", project: "a", scope: "read" },
        { ...key, id: "2", project: "a", scope: "admin" },
        { ...key, id: "3", project: "default", scope: "read" },
      ],
      sessions: [
        { ...session, key: "1" },
        { ...session, key: "2" },
      ],
    },
    "a",
  );
  expect(book.projects.map(({ id }) => id)).toEqual(["default"]);
  expect(book.keys.map(({ id, project }) => [id, project])).toEqual([
    ["2", "default"],
    ["3", "default"],
  ]);
  expect(book.sessions.map((one) => [one.key, one.project])).toEqual([["2", "default"]]);
});

test.each([
  ["Team A", "team-a"],
  ["  Ärger & Söhne  ", "arger-sohne"],
  ["../../etc", "etc"],
  ["日本", "project"],
  ["Default", "default-2"],
])("the id of a project named %j", (name, id) => {
  expect(freeId(emptyBook(0), name)).toBe(id);
});

describe("where a key is looked for", () => {
  const ours = `tt_${"x".repeat(43)}`;
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;
  test.each([
    [{ authorization: `Bearer ${ours}` }, ours, ours],
    [{ authorization: basic(`pk-1:${ours}`) }, ours, ours],
    [{ authorization: basic(`a:b:${ours}`) }, `b:${ours}`, null],
    [{ authorization: "Bearer sk-1" }, "sk-1", null],
    [{ authorization: "Bearer sk-1", "x-telltale-key": ours }, ours, ours],
    [{ authorization: `Bearer ${ours}`, "x-telltale-key": "checkout" }, "checkout", ours],
    [{ "x-api-key": ours }, null, ours],
    [{ "x-api-key": "sk-ant-1" }, null, null],
    [{ authorization: "Digest x" }, null, null],
    [{}, null, null],
  ])("%j", (headers, own, proxied) => {
    expect(keyIn(headers, false)).toBe(own);
    expect(keyIn(headers, true)).toBe(proxied);
  });

  test("cookies of ours are read, and kept from upstreams", () => {
    const cookie = "a=1; telltale_session=tts_x; telltale_project=p; __Host-telltale_session=tts_y";
    expect(cookieIn({ cookie }, "telltale_session")).toBe("tts_y");
    expect(cookieIn({ cookie: "xtelltale_session=1" }, "telltale_session")).toBeNull();
    expect(withoutCookies(cookie)).toBe("a=1");
  });

  test("each port of a host has cookies of its own", () => {
    const cookie = "telltale_session_8000=a; telltale_session_9000=b; x=1; telltale_session=c";
    const at = (host: string): string | null => cookieIn({ cookie, host }, "telltale_session");
    expect(["h:8000", "[::1]:9000", "h", "h:7000"].map(at)).toEqual(["a", "b", "c", "c"]);
    expect(withoutCookies(cookie)).toBe("x=1");
  });
});

describe("who is in front", () => {
  const from = (remoteAddress: string, headers: Record<string, string>, encrypted = false) =>
    whereaboutsOf(["10.0.0.0/8", "::1"])({
      socket: { remoteAddress, encrypted },
      headers,
    } as unknown as IncomingMessage);

  test("is believed when the operator named it, and nobody else", () => {
    const headers = {
      "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.1.1.1",
      "x-forwarded-proto": "https",
    };
    expect(from("10.9.9.9", headers)).toEqual({ address: "203.0.113.9", secure: true });
    expect(from("::ffff:10.9.9.9", headers).address).toBe("203.0.113.9");
    expect(from("192.0.2.1", headers)).toEqual({ address: "192.0.2.1", secure: false });
    expect(from("192.0.2.1", {}, true).secure).toBe(true);
    expect(from("::1", { "x-forwarded-for": "nonsense" }).address).toBe("::1");
  });

  test("is named by address or network", () => {
    for (const good of ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"])
      expect(isNetwork(good)).toBe(true);
    for (const bad of ["", "localhost", "10.0.0.0/33", "10.0.0.0/", "1.2.3.4/8/8", "*"]) {
      expect(isNetwork(bad), bad).toBe(false);
    }
  });
});
