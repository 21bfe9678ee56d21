import type { AlertUpdate } from "@telltale/protocol";
import { headlineOf, type Message, type Send, titleOf, wordOf } from "./message.ts";
import { postJson } from "./post.ts";
import type { ChannelOf } from "./schema.ts";

const COLORS = { low: "#6b7280", medium: "#d97706", high: "#ea580c", critical: "#dc2626" } as const;
const RESOLVED = "#16a34a";
/** Slack shows no more attachments than that. */
const MOST_ATTACHMENTS = 20;

/**
 * Posts to an incoming webhook of Slack or of one of the many that understand the same body
 * (Mattermost, Rocket.Chat, Discord at `/slack`): text and attachments, which all of them know.
 */
export function slackSender({ url }: ChannelOf<"slack">): Send {
  return (message, now) => postJson(url, JSON.stringify(slackBody(message)), {}, now);
}

export interface SlackBody {
  readonly text: string;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
}

export function slackBody(message: Message): SlackBody {
  const shown = message.alerts.slice(0, MOST_ATTACHMENTS);
  const more = message.alerts.length - shown.length + message.omitted;
  const text = escaped(headlineOf(message).text);
  return {
    text: more > 0 && shown.length > 0 ? `${text} (${more} not shown)` : text,
    attachments: shown.map(attachment),
  };
}

function attachment(alert: AlertUpdate): Readonly<Record<string, unknown>> {
  const labels = Object.entries(alert.labels ?? {}).map(([title, value]) => ({
    title: escaped(title),
    value: escaped(value),
    short: true,
  }));
  return {
    fallback: escaped(`${wordOf(alert)} ${titleOf(alert)}: ${alert.message}`),
    color: alert.state === "resolved" ? RESOLVED : COLORS[alert.severity],
    title: escaped(`${wordOf(alert)} ${titleOf(alert)}`),
    text: escaped(alert.message),
    fields: [{ title: "Severity", value: alert.severity, short: true }, ...labels],
    // Names of models and users are text, whatever they look like.
    mrkdwn_in: [],
    ts: Math.floor(alert.timestamp / 1000),
  };
}

/** Slack's three control characters; with them go links, mentions and `<!channel>`. */
function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
