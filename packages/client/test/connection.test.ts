import { closeAction } from "@telltale/protocol";
import fc from "@telltale/testkit/properties";
import { describe, expect, it } from "vitest";
import {
  attemptsOf,
  type Cause,
  type Connection,
  type ConnectionOptions,
  type Effect,
  transition,
  wanted,
} from "../src/connection.ts";

const options: ConnectionOptions = {
  reconnectInterval: 1_000,
  maxReconnectInterval: 30_000,
  reconnectDecay: 1.5,
  maxReconnectAttempts: Number.POSITIVE_INFINITY,
};

/** Runs causes from the start, one per second. */
function run(causes: Cause[], change: Partial<ConnectionOptions> = {}, seconds = 1): Connection {
  let state: Connection = { name: "DISCONNECTED" };
  let now = 0;
  for (const cause of causes) {
    now += seconds * 1_000;
    state = transition(state, { ...cause, now, random: 0.5 }, { ...options, ...change }).state;
  }
  return state;
}

const connect: Cause = { type: "connect" };
const opened: Cause = { type: "opened" };
const data: Cause = { type: "data" };
const timer: Cause = { type: "timer" };
const closed = (code: number): Cause => ({ type: "closed", code, reason: "" });

const anyCause: fc.Arbitrary<Cause> = fc.oneof(
  fc.constantFrom<Cause>(
    connect,
    { type: "disconnect" },
    opened,
    { type: "switched" },
    data,
    timer,
    { type: "token" },
    { type: "refused", reason: "no" },
    { type: "silent", reason: "silence" },
    { type: "wake", cause: "online" },
    { type: "wake", cause: "visible" },
    { type: "going_away", after: 100, spread: 1_000 },
  ),
  fc.constantFrom(1000, 1001, 1006, 1011, 1012, 1013, 4000, 4003, 4101, 4203, 4999).map(closed),
);

interface Driven {
  link: boolean;
  timer: boolean;
  refreshing: boolean;
}

/** What a driver that obeys would hold. */
function obey(driven: Driven, effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.do === "open") {
      expect(driven.link, "a second link was opened beside the first").toBe(false);
      driven.link = true;
    }
    if (effect.do === "close") driven.link = false;
    if (effect.do === "wait") {
      expect(effect.ms).toBeGreaterThanOrEqual(0);
      driven.timer = true;
    }
    if (effect.do === "stop_waiting") driven.timer = false;
    if (effect.do === "refresh_token") driven.refreshing = true;
  }
}

it("[C3] never leaks a link or a timer, never stalls, whatever happens in whatever order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyCause, fc.nat(20_000)), { maxLength: 60 }),
      fc.boolean(),
      fc.constantFrom(0, 3, Number.POSITIVE_INFINITY),
      (steps, hasToken, maxReconnectAttempts) => {
        const own = {
          ...options,
          maxReconnectAttempts,
          getToken: hasToken ? (): void => {} : null,
        };
        const driven: Driven = { link: false, timer: false, refreshing: false };
        let state: Connection = { name: "DISCONNECTED" };
        let now = 0;
        for (const [cause, later] of steps) {
          // What a driver cannot cause: events of a link or a timer that it does not hold.
          if ((cause.type === "closed" || cause.type === "opened") && !driven.link) continue;
          if (cause.type === "timer" && !driven.timer) continue;
          if (cause.type === "switched") {
            if (!wanted(state) || ("phase" in state && state.phase === "refreshing")) continue;
            driven.link = true;
          }
          now += later;
          if (cause.type === "closed") driven.link = false;
          if (cause.type === "timer") driven.timer = false;
          const before: Connection = state;
          const next = transition(state, { ...cause, now, random: 0.5 }, own);
          state = next.state;
          obey(driven, next.effects);
          if (state === before) expect(next.ended).toBeUndefined();
          const phase = state.name === "RECONNECTING" ? state.phase : state.name;
          switch (phase) {
            case "CONNECTING":
            case "trying":
              expect(driven).toMatchObject({ link: true, timer: true });
              break;
            case "CONNECTED":
              expect(driven.link).toBe(true);
              break;
            case "waiting":
            case "refreshing":
              // Something is always due: a connection that is wanted is never given up silently.
              expect(driven).toMatchObject({ link: false, timer: true });
              break;
            default:
              expect(driven).toMatchObject({ link: false, timer: false });
          }
          expect(attemptsOf(state, 0)).toBeLessThanOrEqual(maxReconnectAttempts + 1);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

describe("a close that was not asked for", () => {
  it("is followed by a reconnect, unless its code is terminal", () => {
    for (let code = 1000; code < 5000; code++) {
      const next = run([connect, opened, closed(code)]);
      const action = closeAction(code);
      if (action === "stop" || action === "refresh_token") expect(next.name).toBe("ERROR");
      else expect(next).toMatchObject({ name: "RECONNECTING", phase: "waiting", attempt: 1 });
    }
  });

  it("of an overloaded server is followed by a wait of at least 5 s that being looked at does not cut short", () => {
    const causes = [connect, opened, closed(1013), { type: "wake", cause: "visible" } as const];
    const next = run(causes);
    expect(next).toMatchObject({ phase: "waiting", slow: true });
    expect("until" in next && next.until - 3_000).toBeGreaterThanOrEqual(5_000);
  });
});

describe("another transport that delivers", () => {
  const switched: Cause = { type: "switched" };

  it("makes a connection of any attempt, also of one that is waited for", () => {
    expect(run([connect, switched])).toMatchObject({ name: "CONNECTED" });
    expect(run([connect, closed(1006), switched])).toMatchObject({
      name: "CONNECTED",
      attempts: 1,
    });
    expect(run([connect, closed(1006), timer, switched])).toMatchObject({ name: "CONNECTED" });
  });

  it("changes nothing for a connection, and revives none that is not wanted", () => {
    const before: Connection = run([connect, opened, data]);
    const event = { ...switched, now: 9_000, random: 0.5 };
    expect(transition(before, event, options).state).toBe(before);
    expect(run([switched])).toEqual({ name: "DISCONNECTED" });
  });
});

describe("the count of attempts", () => {
  it("goes on while connections do not last", () => {
    const flap = [opened, data, closed(1006), timer];
    expect(run([connect, ...flap, ...flap, ...flap])).toMatchObject({ attempt: 3 });
  });

  it("starts afresh after five seconds of uptime and one data frame", () => {
    const flap = [opened, closed(1006), timer];
    expect(run([connect, ...flap, opened, data, closed(1006)], {}, 5)).toMatchObject({
      attempt: 1,
    });
    expect(run([connect, ...flap, opened, closed(1006)], {}, 5)).toMatchObject({ attempt: 2 });
  });

  it("ends in CLOSED, from where connect() starts afresh", () => {
    const again = [closed(1006), timer];
    const causes = [connect, ...again, ...again, closed(1006)];
    expect(run(causes, { maxReconnectAttempts: 2 })).toEqual({ name: "CLOSED", attempts: 2 });
    expect(run([...causes, connect], { maxReconnectAttempts: 2 })).toEqual({ name: "CONNECTING" });
  });
});

describe("a refused token", () => {
  const getToken = (): string => "t";

  it("[C7] is renewed once, then it is an error", () => {
    const first = [connect, opened, closed(4101)];
    expect(run(first, { getToken })).toMatchObject({ phase: "refreshing" });
    const second = [...first, { type: "token" } as const, opened, closed(4101)];
    expect(run(second, { getToken })).toMatchObject({ name: "ERROR", code: 4101 });
  });

  it("may be renewed again once a connection has lasted", () => {
    const renewed: Cause[] = [connect, opened, closed(4101), { type: "token" }, opened, data];
    expect(run([...renewed, closed(4101)], { getToken }, 5)).toMatchObject({ phase: "refreshing" });
  });
});

describe("an early try", () => {
  it("is made at once when somebody looks, and spread when the network returns", () => {
    const lost = [connect, ...[1, 2, 3, 4, 5].flatMap(() => [closed(1006), timer]), closed(1006)];
    expect(run([...lost, { type: "wake", cause: "visible" }])).toMatchObject({ phase: "trying" });
    const online = run([...lost, { type: "wake", cause: "online" }]);
    const now = (lost.length + 1) * 1_000;
    expect(online).toMatchObject({ phase: "waiting", until: now + 500 });
  });
});

describe("a server that announces its going", () => {
  const leaving: Cause[] = [connect, opened, { type: "going_away", after: 4_000, spread: 2_000 }];

  it("is left at the time it asked for, somewhere within the spread", () => {
    expect(run(leaving)).toMatchObject({ name: "CONNECTED", leaveAt: 3_000 + 5_000 });
    expect(run([...leaving, timer])).toMatchObject({ phase: "trying", attempt: 1 });
  });

  it("finds the same spread kept when it closes first", () => {
    expect(run([...leaving, closed(1012)])).toMatchObject({ phase: "waiting", until: 8_000 });
  });
});
