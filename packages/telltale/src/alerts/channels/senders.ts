import type { Send } from "./message.ts";
import type { Channels } from "./schema.ts";
import { slackSender } from "./slack.ts";
import { webhookSender } from "./webhook.ts";

/** What sends to each configured channel; the mailer is loaded when the first mail is due. */
export function createSenders(channels: Channels): (channel: string) => Promise<Send> {
  const senders = new Map<string, Promise<Send>>();
  const load = async (name: string): Promise<Send> => {
    const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
    switch (channel?.kind) {
      case "webhook":
        return webhookSender(channel);
      case "slack":
        return slackSender(channel);
      case "email":
        return (await import("./email.ts")).emailSender(channel);
      default:
        throw new Error(`There is no channel ${name}`);
    }
  };
  return (name) => {
    const known = senders.get(name) ?? load(name);
    senders.set(name, known);
    return known;
  };
}
