import type { Target } from "@telltale/protocol";
import { ago, duration } from "../format/duration.ts";
import { exactTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { useSeconds } from "../services/seconds.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { kindName } from "./engine-kinds.ts";
import { Panel } from "./Panel.tsx";

const EXAMPLE = "npm start -- --scrape http://127.0.0.1:8001/metrics";

/** Where the engines' figures come from, and whether they come. */
export function ScrapeTargets({ targets }: { readonly targets: readonly Target[] }) {
  const history = useLiveHistory();
  useSeconds();
  const now = history.now();
  return (
    <Panel title="Scrape targets" note={targets.length > 0 ? String(targets.length) : undefined}>
      {targets.length === 0 ? (
        <NoTargets />
      ) : (
        <ul>
          {targets.map((target) => (
            <Row key={target.name} target={target} now={now} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function NoTargets() {
  return (
    <div className="border-t border-line px-4 py-4">
      <p className="text-muted">
        Name the metrics of vLLM, SGLang, TensorRT-LLM, TGI, Triton, NIM, Dynamo, LiteLLM or the
        DCGM exporter, and their queues, caches and GPUs are shown here.
      </p>
      <div className="mt-3 flex items-center gap-2 rounded-inner bg-raised py-1 pr-1 pl-3">
        <code
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="min-w-0 grow overflow-x-auto font-mono text-12 whitespace-nowrap"
        >
          {EXAMPLE}
        </code>
        <CopyButton text={EXAMPLE} what="the command" />
      </div>
    </div>
  );
}

function Row({ target, now }: { readonly target: Target; readonly now: number }) {
  const { name, url, up, reason, since, last_success: last, duration_ms: took, kinds } = target;
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line px-4 py-2.5">
      <Standing up={up} warned={reason !== undefined} />
      <span className="font-medium">{name}</span>
      <span className="min-w-0 truncate text-12 text-faint" title={url}>
        {[...kinds.map(kindName), url].join(" · ")}
      </span>
      <span className="text-12 text-muted numbers md:ml-auto" title={exactTime(since)}>
        {up === undefined && "not answered yet"}
        {up === true && `answers in ${duration(took ?? null)}`}
        {up === false &&
          `${age(now - since)}; ${last === undefined ? "never answered" : "figures withdrawn"}`}
      </span>
      {reason && <p className={`w-full ${up === false ? "text-bad" : "text-watch"}`}>{reason}</p>}
    </li>
  );
}

function age(ms: number): string {
  return `since ${ago(Math.max(0, ms))}`.replace(/ ago$/, "");
}

function Standing({ up, warned }: { readonly up: boolean | undefined; readonly warned: boolean }) {
  const look =
    up === undefined
      ? { word: "Waiting", text: "text-muted", dot: "rounded-full border border-line-strong" }
      : up && !warned
        ? { word: "Up", text: "text-good", dot: "rounded-full bg-good" }
        : up
          ? { word: "Silent", text: "text-watch", dot: "rotate-45 bg-watch" }
          : { word: "Down", text: "text-bad", dot: "bg-bad" };
  return (
    <span className={`flex w-16 items-center gap-2 text-12 font-medium ${look.text}`}>
      <span className={`size-2 shrink-0 ${look.dot}`} aria-hidden="true" />
      {look.word}
    </span>
  );
}
