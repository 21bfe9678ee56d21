import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from "node:net";
import type { AlertUpdate } from "@telltale/protocol";
import { FakeClock } from "@telltale/testkit/fake-clock";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Delivery } from "../src/alerts/channels/delivery.ts";
import { emailSender } from "../src/alerts/channels/email.ts";
import { Outbox } from "../src/alerts/channels/outbox.ts";
import {
  type ChannelConfig,
  channelSchema,
  channelsSchema,
  maskChannel,
} from "../src/alerts/channels/schema.ts";
import { createSenders } from "../src/alerts/channels/senders.ts";
import { slackBody } from "../src/alerts/channels/slack.ts";

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly path: string;
  readonly body: string;
}

/** An HTTP server that answers as told, and keeps what it got. */
class Receiver {
  readonly received: Received[] = [];
  /** Status and headers of the next answers; 204 when there are none. */
  readonly answers: [number, Record<string, string>?][] = [];
  readonly #server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      this.received.push({ headers: request.headers, path: request.url ?? "", body });
      const [status, headers = {}] = this.answers.shift() ?? [204];
      response.writeHead(status, headers).end();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
let receiver: Receiver;
let url: string;
let clock: FakeClock;
let dead: Delivery[];
let saved: number;

beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.listen();
  clock = new FakeClock();
  dead = [];
  saved = 0;
});
afterEach(() => receiver.close());

function alert(fields: Partial<AlertUpdate> = {}): AlertUpdate {
  return {
    id: "a1",
    name: "Errors",
    state: "firing",
    severity: "high",
    message: "error_rate is 50%, above 5%",
    timestamp: 1_700_000_000_000,
    ...fields,
  };
}

let ids = 0;
function outbox(channels: Record<string, object>, stored: Delivery[] = []): Outbox {
  const parsed = channelsSchema.parse(channels);
  return new Outbox(
    {
      channels: parsed,
      sender: createSenders(parsed),
      clock,
      newId: () => String(++ids),
      changed: () => {
        saved++;
      },
      gaveUp: (delivery) => dead.push(delivery),
    },
    stored,
  );
}

const hook = (more: object = {}): object => ({
  kind: "webhook",
  url: `${url}/hook`,
  secret: SECRET,
  ...more,
});

/** Lets the network do its work until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

/** Runs timers, one after the other, until `count` requests came and were answered for. */
async function requests(count: number, box: Outbox, attempts = count): Promise<void> {
  while (receiver.received.length < count) {
    const before = receiver.received.length;
    await until(() => clock.timers > 0);
    clock.advance((clock.next ?? clock.now()) - clock.now());
    await until(() => receiver.received.length > before);
  }
  await until(() => box.deliveries.some((one) => one.attempts >= attempts && one.detail !== null));
  await new Promise(setImmediate);
}

describe("[L7] a webhook", () => {
  test("is signed after Standard Webhooks, and tried again with the same id until it is taken", async () => {
    receiver.answers.push([503], [500]);
    const box = outbox({ ops: hook({ headers: { authorization: "Bearer abc" } }) });
    box.add(alert());
    await requests(3, box);
    const [first, second, third] = receiver.received;
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(Number(second?.headers["webhook-timestamp"])).toBeGreaterThan(
      Number(first?.headers["webhook-timestamp"]),
    );
    expect(third?.headers).toMatchObject({
      authorization: "Bearer abc",
      "content-type": "application/json",
    });
    expect(third?.path).toBe("/hook");
    expect(JSON.parse(third?.body ?? "")).toMatchObject({
      type: "alerts.firing",
      data: { title: "[FIRING] Errors", firing: 1, resolved: 0, alerts: [alert()] },
    });
    const { webhooks } = new OpenAI({ apiKey: "none" });
    for (const { body, headers } of receiver.received) {
      const given = Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      await webhooks.verifySignature(body, given, SECRET, 1e12);
      await expect(webhooks.verifySignature(`${body} `, given, SECRET, 1e12)).rejects.toThrow();
    }
    expect(box.deliveries).toMatchObject([
      { state: "delivered", attempts: 3, detail: "answered 204" },
    ]);
    expect(box.counts).toEqual([
      { channel: "ops", outcome: "failed", count: 2 },
      { channel: "ops", outcome: "delivered", count: 1 },
    ]);
    expect(clock.timers).toBe(0);
  });

  test("is given up after five minutes, listed, and can be sent again", async () => {
    for (let count = 0; count < 50; count++) receiver.answers.push([500]);
    const box = outbox({ ops: hook() });
    const began = clock.now();
    box.add(alert());
    while (dead.length === 0) {
      const before = receiver.received.length;
      clock.advance((clock.next ?? 0) - clock.now());
      await until(() => receiver.received.length > before);
      await until(() => clock.timers > 0 || dead.length > 0);
    }
    expect(clock.now() - began).toBeLessThanOrEqual(306_000);
    expect(receiver.received.length).toBeGreaterThan(5);
    expect(receiver.received.length).toBeLessThan(20);
    expect(dead).toMatchObject([{ channel: "ops", state: "dead", detail: "answered 500" }]);
    const id = dead[0]?.id ?? "";
    receiver.answers.length = 0;
    expect(box.retry("another")).toBeUndefined();
    expect(box.retry(id)?.state).toBe("waiting");
    clock.advance(0);
    await until(() => box.deliveries.some(({ state }) => state === "delivered"));
    expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(id);
  });

  test("waits as long as the receiver asks, and gives up at once where it is gone for good", async () => {
    receiver.answers.push([429, { "retry-after": "120" }], [410]);
    const box = outbox({ ops: hook() });
    box.add(alert());
    await requests(1, box);
    expect((clock.next ?? 0) - clock.now()).toBe(120_000);
    await requests(2, box);
    await until(() => dead.length === 1);
    expect(dead[0]?.detail).toBe("answered 410");
  });

  test("names why there was no answer, without the address", async () => {
    receiver.close();
    const box = outbox({ ops: hook() });
    expect(await box.test("ops")).toEqual({
      ok: false,
      retry: true,
      detail: "could not be reached (ECONNREFUSED)",
    });
  });
});

describe("[L8] an operator's address", () => {
  test("is all that is ever called: a redirect leads nowhere", async () => {
    const other = new Receiver();
    const elsewhere = await other.listen();
    for (const status of [301, 302, 303, 307, 308])
      receiver.answers.push([status, { location: elsewhere }]);
    const box = outbox({ ops: hook() });
    for (let count = 0; count < 5; count++) {
      expect((await box.test("ops")).detail).toMatch(/redirects are not followed/);
    }
    expect(other.received).toEqual([]);
    other.close();
  });

  test("does not change with what an alert says, nor do headers", async () => {
    const nasty =
      "x\r\nHost: evil.example\r\n\r\nGET http://evil.example/ \u2028 {{url}} $(url) ../../";
    const box = outbox({ ops: hook({ groupWaitMs: 0 }) });
    box.add(
      alert({
        name: nasty,
        model: nasty,
        subject: nasty,
        message: nasty,
        labels: { [nasty]: nasty },
      }),
    );
    await requests(1, box);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.path).toBe("/hook");
    expect(receiver.received[0]?.headers.host).toBe(new URL(url).host);
  });

  test.each([
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "//127.0.0.1/",
    "127.0.0.1:80",
    "http://",
    "http://user:password@127.0.0.1/",
    "http://user@127.0.0.1/",
    "",
  ])("is not %j", (bad) => {
    expect(channelSchema.safeParse({ kind: "webhook", url: bad }).success).toBe(false);
    expect(channelSchema.safeParse({ kind: "slack", url: bad }).success).toBe(false);
  });

  test.each([
    { secret: "secret" },
    { secret: "whsec_dG9vIHNob3J0" },
    { headers: { "Webhook-Id": "x" } },
    { headers: { Host: "evil.example" } },
    { headers: { "x-a": "b\r\nc: d" } },
    { headers: { "x a": "b" } },
  ])("%j is refused", (more) => {
    expect(channelSchema.safeParse(hook(more)).success).toBe(false);
  });
});

describe("[L9] alerts that come together", () => {
  test("are one message, each in its newest state", async () => {
    const box = outbox({ ops: hook() });
    for (let model = 0; model < 30; model++)
      box.add(alert({ id: `a${model}`, model: `m${model}` }));
    clock.advance(3000);
    box.add(alert({ id: "a7", state: "resolved" }));
    await requests(1, box);
    const { data } = JSON.parse(receiver.received[0]?.body ?? "");
    expect([data.firing, data.resolved, data.alerts.length]).toEqual([29, 1, 30]);
    expect(data.title).toBe("[ALERTS] 29 firing, 1 resolved");
    expect(receiver.received).toHaveLength(1);
  });

  test("while a message is tried again wait behind it, in order", async () => {
    receiver.answers.push([500]);
    const box = outbox({ ops: hook() });
    box.add(alert({ id: "first" }));
    await requests(1, box);
    box.add(alert({ id: "second" }));
    box.add(alert({ id: "third" }));
    clock.advance(60_000);
    await until(() => receiver.received.length === 2);
    await until(() => clock.timers > 0);
    clock.advance(60_000);
    await until(() => receiver.received.length === 3);
    const told = receiver.received.map(({ body }) =>
      JSON.parse(body).data.alerts.map(({ id }: AlertUpdate) => id),
    );
    expect(told).toEqual([["first"], ["first"], ["second", "third"]]);
  });

  test("go to the channels that the rule names and the severity reaches", () => {
    const box = outbox({ all: hook(), grave: hook({ minSeverity: "critical" }), other: hook() });
    box.add(alert({ severity: "medium" }));
    box.add(alert({ id: "a2", severity: "critical" }), ["grave", "other"]);
    box.add(alert({ id: "a3" }), []);
    expect(
      box.deliveries.map(({ channel, alerts }) => [channel, alerts.map(({ id }) => id)]),
    ).toEqual([
      ["all", ["a1"]],
      ["other", ["a1", "a2"]],
      ["grave", ["a2"]],
    ]);
    expect(saved).toBe(3);
  });

  test("survive a restart, unless their channel is gone", async () => {
    const before = outbox({ ops: hook(), old: hook() });
    before.add(alert());
    const kept = [...before.deliveries];
    await before.stop();
    const after = outbox({ ops: hook() }, kept);
    expect(after.deliveries.find(({ channel }) => channel === "old")).toMatchObject({
      state: "dead",
      detail: "the channel is no longer configured",
    });
    await requests(1, after);
    expect(receiver.received[0]?.headers["webhook-id"]).toBe(kept[0]?.id);
    await after.stop();
  });
});

describe("Slack", () => {
  test("gets text and attachments in which names stay text", async () => {
    const box = outbox({ chat: { kind: "slack", url: `${url}/services/T/B/x` } });
    const evil = "<!channel> <https://evil.example|click> & *bold*";
    box.add(alert({ name: evil, subject: evil, message: evil, labels: { team: evil } }));
    await requests(1, box);
    const body = receiver.received[0]?.body ?? "";
    expect(body).not.toMatch(/<!|<https/);
    expect(JSON.parse(body)).toMatchObject({
      text: expect.stringContaining("&lt;!channel&gt;"),
      attachments: [{ color: "#ea580c", mrkdwn_in: [] }],
    });
  });

  test("gets no more attachments than it shows", () => {
    const alerts = Array.from({ length: 50 }, (_, index) => alert({ id: `a${index}` }));
    const body = slackBody({ id: "m", alerts, omitted: 5, test: false });
    expect(body.attachments).toHaveLength(20);
    expect(body.text).toBe("[ALERTS] 50 firing, 5 more (35 not shown)");
  });
});

/** A mail server of the simplest kind. */
class MailServer {
  readonly mails: string[] = [];
  readonly envelopes: string[] = [];
  /** The answer to RCPT. */
  recipient = "250 ok";
  readonly #server: TcpServer = createTcpServer((socket) => {
    let text = "";
    let data = false;
    socket.write("220 test ESMTP\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString();
      for (;;) {
        const mark = data ? "\r\n.\r\n" : "\r\n";
        const end = text.indexOf(mark);
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + mark.length);
        if (data) {
          this.mails.push(part);
          data = false;
          socket.write("250 taken\r\n");
          continue;
        }
        if (/^(MAIL|RCPT)/.test(part)) this.envelopes.push(part);
        if (part === "DATA") data = true;
        if (part === "STARTTLS") {
          socket.write("502 no\r\n");
          continue;
        }
        const answer =
          part === "DATA" ? "354 go on" : part.startsWith("RCPT") ? this.recipient : "250 ok";
        socket.write(`${part === "QUIT" ? "221 bye" : answer}\r\n`);
        if (part === "QUIT") socket.end();
      }
    });
    socket.on("error", () => undefined);
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

describe("e-mail", () => {
  let mail: MailServer;
  let channel: object;
  beforeEach(async () => {
    mail = new MailServer();
    const port = await mail.listen();
    channel = {
      kind: "email",
      host: "127.0.0.1",
      port,
      requireTls: false,
      from: "telltale@example.com",
      to: ["ops@example.com"],
    };
  });
  afterEach(() => mail.close());

  test("[L7] is sent by SMTP, with one Message-ID whatever the attempts", async () => {
    const box = outbox({ post: channel });
    box.add(
      alert({
        name: "Errors\r\nBcc: everybody@evil.example",
        subject: "gpt-4o",
        labels: { team: "a" },
      }),
    );
    clock.advance(5000);
    await until(() => box.deliveries[0]?.state === "delivered");
    expect(mail.envelopes).toEqual([
      "MAIL FROM:<telltale@example.com>",
      "RCPT TO:<ops@example.com>",
    ]);
    const [text = ""] = mail.mails;
    const [head = "", body = ""] = text.split("\r\n\r\n");
    expect(head).toMatch(/^Subject: \[FIRING\] Errors Bcc: everybody@evil\.example: gpt-4o$/m);
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toContain(`Message-ID: <${box.deliveries[0]?.id}@example.com>`);
    expect(body).toMatch(/error_rate is 50%, above 5%/);
    expect(text).toContain("team: a");
  });

  test("tries again what may pass, gives up what will not", async () => {
    const send = emailSender(emailOf(channelSchema.parse(channel)));
    const message = { id: "msg_1", alerts: [alert()], omitted: 0, test: false };
    mail.recipient = "451 later";
    expect(await send(message, 0)).toEqual({
      ok: false,
      retry: true,
      detail: "the mail server answered 451",
    });
    mail.recipient = "550 unknown";
    expect(await send(message, 0)).toMatchObject({ ok: false, retry: false });
  });

  test("sends nothing in the clear unless told to", async () => {
    const send = emailSender(emailOf(channelSchema.parse({ ...channel, requireTls: true })));
    const outcome = await send({ id: "msg_1", alerts: [], omitted: 0, test: true }, 0);
    expect(outcome.ok).toBe(false);
    expect(mail.mails).toEqual([]);
  });
});

function emailOf(config: ChannelConfig): Extract<ChannelConfig, { kind: "email" }> {
  if (config.kind !== "email") throw new Error("not e-mail");
  return config;
}

test("[L8] no secret of a channel is ever shown", () => {
  const canary = "canary0canary0";
  const channels = [
    {
      kind: "webhook",
      url: `https://x.example/${canary}?k=${canary}`,
      secret: SECRET,
      headers: { authorization: canary },
    },
    { kind: "slack", url: `https://hooks.slack.com/services/${canary}` },
    { kind: "email", host: "h", user: "u", password: canary, from: "a@b.c", to: ["d@e.f"] },
  ].map((channel) => maskChannel(channelSchema.parse(channel)));
  expect(JSON.stringify(channels)).not.toContain(canary);
  expect(JSON.stringify(channels)).not.toContain(SECRET);
  expect(channels).toMatchObject([
    { url: "https://x.example/***", secret: "***" },
    { url: "https://hooks.slack.com/***" },
    { password: "***" },
  ]);
});
