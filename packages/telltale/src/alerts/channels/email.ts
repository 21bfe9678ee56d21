import { createTransport } from "nodemailer";
import { headlineOf, type Message, type Outcome, type Send, titleOf, wordOf } from "./message.ts";
import type { ChannelOf } from "./schema.ts";

const TIMEOUT = 10_000;

/** Sends alerts as plain text by SMTP. Every attempt has the same Message-ID. */
export function emailSender(channel: ChannelOf<"email">): Send {
  const { host, port, secure, requireTls, user, password, from, to } = channel;
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls && !secure,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    // What is sent is text of ours; nothing in it may make the mailer read files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (message): Promise<Outcome> => {
    try {
      const { rejected } = await transport.sendMail({
        from,
        to: [...to],
        subject: oneLine(headlineOf(message).text),
        text: textOf(message),
        messageId: `<${message.id}@${from.slice(from.lastIndexOf("@") + 1).replace(/>$/, "")}>`,
      });
      if (rejected.length === 0) return { ok: true, detail: "taken by the mail server" };
      return {
        ok: true,
        detail: `taken, but not for ${rejected.length} of ${to.length} addresses`,
      };
    } catch (error) {
      return { ok: false, ...judge(error) };
    }
  };
}

export function textOf(message: Message): string {
  const blocks = message.alerts.map((alert) => {
    const labels = Object.entries(alert.labels ?? {}).map(([name, value]) => `${name}: ${value}`);
    return [
      `${wordOf(alert)} ${titleOf(alert)}`,
      alert.message,
      `Severity: ${alert.severity}`,
      `Since: ${new Date(alert.started_at ?? alert.timestamp).toISOString()}`,
      ...(alert.state === "resolved" ? [`Over: ${new Date(alert.timestamp).toISOString()}`] : []),
      ...labels,
    ].join("\n");
  });
  if (message.omitted > 0) blocks.push(`${message.omitted} more alerts are on the page.`);
  if (blocks.length === 0) blocks.push("This is a test: alerts of Telltale reach this address.");
  return `${blocks.join("\n\n")}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 200);
}

/** Codes only: the server's sentence may repeat addresses and names. */
function judge(error: unknown): { detail: string; retry: boolean } {
  const fields =
    error instanceof Error ? { responseCode: undefined, code: undefined, ...error } : {};
  const status = "responseCode" in fields ? fields.responseCode : undefined;
  if (typeof status === "number") {
    return { detail: `the mail server answered ${status}`, retry: status < 500 };
  }
  const code = "code" in fields && typeof fields.code === "string" ? fields.code : "no connection";
  return { detail: `the mail server could not be used (${code})`, retry: true };
}
