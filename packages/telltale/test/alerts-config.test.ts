import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../src/cli/options.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "telltale-channels-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const load = async (env: Record<string, string>, file: object = {}) => {
  writeFileSync(join(cwd, "telltale.config.json"), JSON.stringify(file));
  return (await loadConfig({ flags: {}, env, cwd })).channels;
};

test("a channel can be a variable, or take its secrets from variables", async () => {
  const mail = {
    kind: "email",
    host: "smtp.example.com",
    from: "a@example.com",
    to: ["b@example.com"],
  };
  const channels = await load(
    {
      TELLTALE_CHANNEL_OPS_URL: "https://ops.example.com/hook",
      TELLTALE_CHANNEL_OPS_SECRET: SECRET,
      TELLTALE_CHANNEL_CHAT_URL: "https://hooks.slack.com/services/T/B/x",
      TELLTALE_CHANNEL_MAIL_PASSWORD: "p",
    },
    { channels: { mail, grave: { kind: "slack", url: "http://chat/", minSeverity: "critical" } } },
  );
  expect(channels).toMatchObject({
    ops: {
      kind: "webhook",
      url: "https://ops.example.com/hook",
      secret: SECRET,
      groupWaitMs: 5000,
    },
    chat: { kind: "slack" },
    mail: { kind: "email", port: 587, password: "p", requireTls: true },
    grave: { minSeverity: "critical" },
  });
});

test("a variable wins over the file, and leaves the kind that the file says", async () => {
  const channels = await load(
    { TELLTALE_CHANNEL_CHAT_URL: "https://chat.example.com/hooks/new" },
    { channels: { chat: { kind: "slack", url: "https://chat.example.com/hooks/old" } } },
  );
  expect(channels["chat"]).toMatchObject({
    kind: "slack",
    url: "https://chat.example.com/hooks/new",
  });
});

test.each([
  [
    { channels: { ops: { kind: "webhook", url: "file:///etc/hosts" } } },
    /channels\.ops\.url.*http/,
  ],
  [{ channels: { ops: { kind: "webhook", url: "http://a/", secret: "x" } } }, /secret.*whsec_/],
  [{ channels: { "Not OK": { kind: "slack", url: "http://a/" } } }, /small letters/],
  [{ channels: { ops: { kind: "pigeon" } } }, /'webhook' \| 'slack' \| 'email'/],
  [
    { channels: { ops: { kind: "webhook", url: "http://a/", secrt: "x" } } },
    /secrt .* did you mean secret/,
  ],
])("%j is refused with what was expected", async (file, expected) => {
  await expect(load({}, file)).rejects.toThrow(expected);
});
