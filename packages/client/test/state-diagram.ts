import {
  type Cause,
  type Connection,
  type ConnectionOptions,
  type Effect,
  transition,
} from "../src/connection.ts";

const options: ConnectionOptions = {
  reconnectInterval: 1_000,
  maxReconnectInterval: 30_000,
  reconnectDecay: 1.5,
  maxReconnectAttempts: Number.POSITIVE_INFINITY,
  getToken: () => "",
};

const NOW = 10_000;

const outage = { name: "RECONNECTING", attempt: 1, step: 1, refreshed: false } as const;

type Node = Exclude<Connection["name"], "RECONNECTING"> | Extract<Connection, Phase>["phase"];
interface Phase {
  readonly phase: string;
}

/** One of each state, by its name in the diagram. */
const states: Readonly<Record<Node, Connection>> = {
  DISCONNECTED: { name: "DISCONNECTED" },
  CONNECTING: { name: "CONNECTING" },
  CONNECTED: {
    name: "CONNECTED",
    since: NOW,
    attempts: 0,
    step: 0,
    refreshed: false,
    hadData: false,
    leaveAt: null,
  },
  waiting: { ...outage, phase: "waiting", until: 20_000, slow: false },
  trying: { ...outage, phase: "trying" },
  refreshing: { ...outage, phase: "refreshing" },
  ERROR: { name: "ERROR", code: 4000, reason: "" },
  CLOSED: { name: "CLOSED", attempts: 3 },
};

interface Input {
  readonly says: string;
  readonly cause: Cause;
  readonly options?: Partial<ConnectionOptions>;
  /** What has to be so besides; undefined where it cannot be. */
  readonly given?: (state: Connection) => Connection | undefined;
}

const closed = (code: number): Cause => ({ type: "closed", code, reason: "" });

const refreshed = (state: Connection): Connection | undefined =>
  "refreshed" in state ? { ...state, refreshed: true } : undefined;
const leaving = (state: Connection): Connection | undefined =>
  state.name === "CONNECTED" ? { ...state, leaveAt: 1 } : undefined;
const slow = (state: Connection): Connection | undefined =>
  "slow" in state ? { ...state, slow: true } : undefined;

const inputs: Readonly<Record<Cause["type"], readonly Input[]>> = {
  connect: [{ says: "`connect()`", cause: { type: "connect" } }],
  disconnect: [{ says: "`disconnect()`", cause: { type: "disconnect" } }],
  opened: [{ says: "opened", cause: { type: "opened" } }],
  switched: [{ says: "another transport delivers", cause: { type: "switched" } }],
  data: [{ says: "first message", cause: { type: "data" } }],
  closed: [
    { says: "closed, any other code", cause: closed(1006) },
    { says: "closed 1013 or 42xx", cause: closed(4204) },
    { says: "closed 40xx", cause: closed(4000) },
    { says: "closed 41xx", cause: closed(4100) },
    { says: "closed 41xx again in this outage", cause: closed(4100), given: refreshed },
    { says: "closed 41xx, no `getToken`", cause: closed(4100), options: { getToken: undefined } },
    {
      says: "closed, `maxReconnectAttempts` made",
      cause: closed(1006),
      options: { maxReconnectAttempts: 0 },
    },
  ],
  silent: [{ says: "silent for too long", cause: { type: "silent", reason: "" } }],
  timer: [
    { says: "the timer", cause: { type: "timer" } },
    { says: "the timer, after `going_away`", cause: { type: "timer" }, given: leaving },
  ],
  wake: [
    { says: "online", cause: { type: "wake", cause: "online" } },
    { says: "looked at", cause: { type: "wake", cause: "visible" } },
    { says: "looked at, on the slow tier", cause: { type: "wake", cause: "visible" }, given: slow },
  ],
  going_away: [{ says: "`going_away`", cause: { type: "going_away", after: 0, spread: 1_000 } }],
  token: [{ says: "a token", cause: { type: "token" } }],
  refused: [{ says: "no attempt or token to be had", cause: { type: "refused", reason: "" } }],
};

const words: Readonly<Record<Effect["do"], string>> = {
  open: "open a link",
  close: "close the link",
  wait: "set the timer",
  stop_waiting: "stop the timer",
  refresh_token: "call `getToken`",
  probe: "ask for a sign of life",
};

const phases = Object.entries(states)
  .filter(([, state]) => state.name === "RECONNECTING")
  .map(([node]) => node);

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly does: string;
  readonly causes: string[];
}

function nodeOf(state: Connection): string {
  return "phase" in state ? state.phase : state.name;
}

/** Every input in every state; what means nothing there is left out. */
function edges(): Edge[] {
  const found: Edge[] = [];
  for (const [from, plain] of Object.entries(states)) {
    for (const { says, cause, given, options: change } of Object.values(inputs).flat()) {
      const state = given ? given(plain) : plain;
      if (!state) continue;
      const event = { ...cause, now: NOW, random: 0.5 };
      const next = transition(state, event, { ...options, ...change });
      if (next.state === state && next.effects.length === 0) continue;
      const to = nodeOf(next.state);
      const does = next.effects.map((effect) => words[effect.do]).join(", ");
      const known = found.find((one) => one.from === from && one.to === to && one.does === does);
      if (known) known.causes.push(says);
      else found.push({ from, to, does, causes: [says] });
    }
  }
  return found;
}

function diagram(all: readonly Edge[]): string[] {
  const labels = new Map<string, string[]>();
  for (const { from, to, causes } of all) {
    // From everywhere, as the table says: the picture is easier to read without.
    if (from === to || to === "DISCONNECTED") continue;
    const key = `${from} --> ${to}`;
    labels.set(key, [...(labels.get(key) ?? []), ...causes]);
  }
  const inside = (key: string): boolean =>
    key.split(" --> ").every((node) => phases.includes(node));
  const lines = [...labels].map(([key, causes]) => ({
    key,
    line: `${key}: ${causes.join("<br/>").replaceAll("`", "")}`,
  }));
  return [
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> DISCONNECTED",
    "  state RECONNECTING {",
    ...lines.filter(({ key }) => inside(key)).map(({ line }) => `    ${line}`),
    "  }",
    ...lines.filter(({ key }) => !inside(key)).map(({ line }) => `  ${line}`),
    "```",
  ];
}

/** `docs/states.md`, from what the transition function does. */
export function stateDocument(): string {
  const all = edges();
  const title = (node: string): string =>
    phases.includes(node) ? `\`RECONNECTING\`, ${node}` : `\`${node}\``;
  const rows = all.map(
    ({ from, to, does, causes }) =>
      `| ${title(from)} | ${causes.join("; ")} | ${from === to ? "stays" : title(to)} | ${does} |`,
  );
  return `${[
    "# States of a connection",
    "",
    "Generated from the one transition function, [`packages/client/src/connection.ts`](../packages/client/src/connection.ts),",
    "by calling it with every input in every state; a test fails when this page is out of date. To write it anew:",
    "`npx vitest run packages/client/test/states.test.ts --update`.",
    "",
    "`DISCONNECTED`: not wanted. `CONNECTING`: the first attempt. `RECONNECTING`: lost or never made, and *waiting* for the",
    "next attempt, *trying* it, or *refreshing* the token. `ERROR`: ended for a reason that trying again would not change.",
    "`CLOSED`: given up after `maxReconnectAttempts`. Of the last two only `connect()` leads back.",
    "",
    ...diagram(all),
    "",
    "Not in the picture: `disconnect()` leads from everywhere to `DISCONNECTED`. What is not in the table changes nothing.",
    "",
    "| in | when | then | and |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n")}\n`;
}
