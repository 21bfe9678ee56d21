import { createHmac } from "node:crypto";
import { headlineOf, type Message, type Send } from "./message.ts";
import { postJson } from "./post.ts";
import { type ChannelOf, secretBytes } from "./schema.ts";

/**
 * Posts alerts as JSON, signed as Standard Webhooks has it
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * `webhook-id` is the same for every attempt, `webhook-timestamp` that of the attempt, and
 * `webhook-signature` is `v1,` and the HMAC-SHA256 of `id.timestamp.body`.
 */
export function webhookSender({ url, secret, headers }: ChannelOf<"webhook">): Send {
  const key = secret === undefined ? undefined : secretBytes(secret);
  return (message, now) => {
    const body = bodyOf(message, now);
    const timestamp = String(Math.floor(now / 1000));
    const signature =
      key &&
      createHmac("sha256", key).update(`${message.id}.${timestamp}.${body}`).digest("base64");
    return postJson(
      url,
      body,
      {
        ...headers,
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        ...(signature === undefined ? {} : { "webhook-signature": `v1,${signature}` }),
      },
      now,
    );
  };
}

function bodyOf(message: Message, now: number): string {
  const { firing, resolved, text } = headlineOf(message);
  const type = message.test ? "alerts.test" : firing > 0 ? "alerts.firing" : "alerts.resolved";
  return JSON.stringify({
    type,
    timestamp: new Date(now).toISOString(),
    data: { title: text, firing, resolved, omitted: message.omitted, alerts: message.alerts },
  });
}
