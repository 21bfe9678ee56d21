import { Send } from "lucide-react";
import { useState } from "react";
import { count } from "../format/number.ts";
import { exactTime, when } from "../format/time.ts";
import { Panel } from "../panels/Panel.tsx";
import { type Channel, type Delivery, retryDelivery, testChannel } from "../services/alerts.ts";
import { useSeconds } from "../services/seconds.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { Button } from "./Button.tsx";
import { useAlertsChanged, useDeliveries } from "./use-alert-data.ts";

const SAMPLE = `{
  "channels": {
    "chat": { "kind": "slack", "url": "https://hooks.slack.com/services/…" },
    "ops": { "kind": "webhook", "url": "https://ops.example.com/hooks/telltale" },
    "mail": { "kind": "email", "host": "smtp.example.com",
              "from": "telltale@example.com", "to": ["oncall@example.com"] }
  }
}`;

/** Where alerts are sent. Shown only: what the server talks to is chosen by who runs it. */
export function ChannelList({ channels }: { readonly channels: readonly Channel[] }) {
  return (
    <Panel title="Channels" note="set in the server's configuration">
      {channels.length === 0 ? (
        <div className="flex flex-col gap-2 border-t border-line px-4 py-4">
          <p className="text-muted">
            Alerts show on this page only. To send them to a chat, by mail or to a program of yours,
            name a channel in the server's config file and start it anew:
          </p>
          <div className="relative">
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
              tabIndex={0}
              className="overflow-x-auto rounded-inner bg-raised px-3 py-2 pr-10 font-mono text-12"
            >
              {SAMPLE}
            </pre>
            <span className="absolute top-1 right-1">
              <CopyButton text={SAMPLE} what="the example" />
            </span>
          </div>
          <p className="text-12 text-faint">
            Or set TELLTALE_CHANNEL_OPS_URL: a webhook, or a Slack channel if it is Slack's address.
          </p>
        </div>
      ) : (
        <ul>
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      {channels.length > 0 && <Deliveries />}
    </Panel>
  );
}

const kinds = { webhook: "Webhook", slack: "Slack", email: "E-mail" } as const;

function ChannelRow({ channel }: { readonly channel: Channel }) {
  const { id, kind, url, host, to, minSeverity } = channel;
  const changed = useAlertsChanged();
  const [said, setSaid] = useState<{ readonly good: boolean; readonly text: string }>();
  const [sending, setSending] = useState(false);
  const test = async (): Promise<void> => {
    setSending(true);
    try {
      const { delivered, detail } = await testChannel(id);
      setSaid({ good: delivered, text: `${delivered ? "Delivered" : "Not delivered"}: ${detail}` });
    } catch (error) {
      setSaid({ good: false, text: error instanceof Error ? error.message : "It failed." });
    }
    setSending(false);
    await changed();
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="font-medium">{id}</span>
          <span className="text-12 text-faint">
            {kinds[kind]}
            {minSeverity !== "low" && `, from ${minSeverity} on`}
          </span>
        </span>
        <span className="block truncate text-muted">
          {kind === "email" ? `${to?.join(", ")} by ${host}` : url}
        </span>
      </span>
      <Button
        changes
        disabled={sending}
        onClick={() => void test()}
        aria-label={`Send a test to ${id}`}
      >
        <Send size={13} aria-hidden="true" />
        Send a test
      </Button>
      <output className={`w-full text-12 empty:hidden ${said?.good ? "text-good" : "text-bad"}`}>
        {said?.text}
      </output>
    </li>
  );
}

const MOST = 8;
const states = {
  delivered: { word: "Delivered", color: "text-good" },
  waiting: { word: "On its way", color: "text-watch" },
  dead: { word: "Given up", color: "text-bad" },
} as const;

function Deliveries() {
  const { data } = useDeliveries();
  const changed = useAlertsChanged();
  const now = useSeconds();
  if (!data || data.length === 0) return null;
  const again = async (id: string): Promise<void> => {
    await retryDelivery(id).catch(() => undefined);
    await changed();
  };
  return (
    <section aria-label="Recent messages" className="border-t border-line">
      <h3 className="px-4 pt-3 pb-1 text-12 text-faint">Recent messages</h3>
      <ul>
        {data.slice(0, MOST).map((one: Delivery) => (
          <li key={one.id} className="flex items-center gap-3 px-4 py-1.5">
            <span className={`w-20 shrink-0 text-12 font-medium ${states[one.state].color}`}>
              {states[one.state].word}
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate">
                {one.channel}: {one.alerts.map(({ name }) => name).join(", ") || "a test"}
              </span>
              {one.state !== "delivered" && one.detail && (
                <span className="block truncate text-12 text-faint" title={one.detail}>
                  {one.detail} · {count(one.attempts)} {one.attempts === 1 ? "attempt" : "attempts"}
                </span>
              )}
            </span>
            <span className="text-12 text-faint numbers" title={exactTime(one.created_at)}>
              {when(one.created_at, now)}
            </span>
            {one.state === "dead" && (
              <Button changes onClick={() => void again(one.id)}>
                Send again
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
