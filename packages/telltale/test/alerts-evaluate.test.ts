import fc from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { type AlertState, abandon, alertsOf, evaluate, nothing } from "../src/alerts/evaluate.ts";
import type { Finding, Verdict } from "../src/alerts/finding.ts";
import { review } from "../src/alerts/review.ts";
import { type Rule, ruleInputSchema } from "../src/alerts/rule.ts";
import type { Silence } from "../src/alerts/silence.ts";

const START = 1_700_000_000_000;
const SECOND = 1000;

function rule(fields: Record<string, unknown> = {}): Rule {
  const input = ruleInputSchema.parse({
    kind: "threshold",
    name: "Errors",
    metric: "error_rate",
    op: ">",
    value: 0.1,
    for: "30s",
    clear_for: "20s",
    ...fields,
  });
  return { ...input, id: "r1", created_at: START, updated_at: START };
}

const found = (verdict: Verdict, subject = ""): Finding => ({
  subject,
  verdict,
  value: 1,
  threshold: 0.1,
  say: () => verdict,
});

/** Runs one rule over a list of verdicts, one each `every` ms; gives what happened and when. */
function run(
  subject: Rule,
  verdicts: readonly (Verdict | readonly Finding[] | null)[],
  every = 10 * SECOND,
): { state: AlertState; story: string[]; events: { to: string; at: number; id: string }[] } {
  let state = nothing;
  const events: { to: string; at: number; id: string }[] = [];
  for (const [index, verdict] of verdicts.entries()) {
    const at = START + index * every;
    const findings = typeof verdict === "string" ? [found(verdict)] : verdict;
    const step = evaluate(state, [{ rule: subject, findings }], at, { longestGap: 60 * SECOND });
    state = step.state;
    for (const { to, alert } of step.transitions) events.push({ to, at, id: alert.id });
  }
  return { state, events, story: events.map(({ to, at }) => `${(at - START) / SECOND} ${to}`) };
}

test("[L1] an alert is pending for `for`, fires once, and is resolved after `clear_for`", () => {
  const { story, events } = run(rule(), [
    "clear",
    ...Array.from({ length: 9 }, () => "breach" as const),
    "clear",
    "clear",
    "clear",
    "clear",
  ]);
  expect(story).toEqual(["10 pending", "40 firing", "120 resolved"]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
});

test("without `for` it fires at once", () => {
  expect(run(rule({ for: 0 }), ["breach", "breach"]).story).toEqual(["0 firing"]);
});

test("a condition that does not last is cancelled, and the next one waits its whole time", () => {
  const { story, events } = run(rule(), [
    "breach",
    "breach",
    "clear",
    "breach",
    "breach",
    "breach",
    "breach",
  ]);
  expect(story).toEqual(["0 pending", "20 cancelled", "30 pending", "60 firing"]);
  expect(events[0]?.id).not.toBe(events[2]?.id);
});

test("between the two values of a hysteresis nothing fires and nothing is resolved", () => {
  const { story } = run(rule({ for: 0 }), [
    "between",
    "breach",
    "between",
    "between",
    "between",
    "between",
  ]);
  expect(story).toEqual(["10 firing"]);
});

test("flapping within `clear_for` is one episode", () => {
  const flapping = Array.from(
    { length: 40 },
    (_, index) => (index % 2 ? "clear" : "breach") as Verdict,
  );
  expect(run(rule({ for: 0 }), flapping).story).toEqual(["0 firing"]);
});

test.each([
  ["resolve", ["0 firing", "30 resolved"]],
  ["hold", ["0 firing"]],
  ["fire", ["0 firing"]],
])("missing data with on_missing %s", (on_missing, story) => {
  const verdicts: Verdict[] = ["breach", "unknown", "unknown", "unknown", "unknown"];
  expect(run(rule({ for: 0, on_missing }), verdicts).story).toEqual(story);
  expect(run(rule({ for: 0, on_missing }), ["unknown"]).story).toEqual(
    on_missing === "fire" ? ["0 firing"] : [],
  );
});

test("figures that have not been read yet change nothing", () => {
  expect(run(rule({ for: 0 }), ["breach", null, null, null, null, null]).story).toEqual([
    "0 firing",
  ]);
});

test("a subject that is gone resolves its alert, each subject has its own", () => {
  const { story, state } = run(rule({ for: 0, each: true }), [
    [found("breach", "a"), found("breach", "b")],
    [found("breach", "b")],
  ]);
  expect(story).toEqual(["0 firing", "0 firing", "10 resolved"]);
  expect(alertsOf(state).map(({ state: is, subject }) => [subject, is])).toEqual([
    ["a", "resolved"],
    ["b", "firing"],
  ]);
});

test("a state that was entered without a measurement has no value of an earlier one", () => {
  const firing = run(rule({ for: 0 }), [[found("breach", "gpt-4o")]]);
  expect(alertsOf(firing.state)).toMatchObject([{ state: "firing", value: 1 }]);
  const unknown: Finding = { ...found("unknown", "gpt-4o"), value: undefined };
  for (const after of [[], Array.from({ length: 6 }, () => [unknown])]) {
    const verdicts = after.length === 0 ? [[], []] : after;
    const { state } = run(rule({ for: 0, on_missing: "resolve" }), [
      [found("breach", "gpt-4o")],
      ...verdicts,
    ]);
    const [over] = alertsOf(state);
    expect(over).toMatchObject({ state: "resolved" });
    expect(over?.value).toBeUndefined();
  }
});

test("after a time in which nobody watched, a pending alert waits anew under the same id", () => {
  const { story, events } = run(
    rule({ for: "2m" }),
    ["breach", "breach", "breach", "breach"],
    70 * SECOND,
  );
  expect(story).toEqual(["0 pending"]);
  const watched = run(rule({ for: "2m" }), ["breach", "breach", "breach", "breach"], 50 * SECOND);
  expect(watched.story).toEqual(["0 pending", "150 firing"]);
  expect(events[0]?.id).toBe(watched.events[1]?.id);
});

test("a rule that fires for everything is held to 500 alerts", () => {
  const many = Array.from({ length: 700 }, (_, index) => found("breach", `user-${index}`));
  expect(run(rule({ for: 0 }), [many, many]).state.active.size).toBe(500);
});

test("abandoning a rule resolves what fires and cancels what is pending", () => {
  const { state } = run(rule(), [[found("breach", "a")], [], [found("breach", "a")]]);
  const { transitions, state: after } = abandon(state, "r1", "The rule was removed", START + 99);
  expect(transitions.map(({ to, alert }) => [to, alert.message])).toEqual([
    ["cancelled", "The rule was removed"],
  ]);
  expect(after.active.size).toBe(0);
});

const verdictOf = fc.constantFrom<Verdict>("breach", "between", "clear", "unknown");
const timing = fc.record({
  for: fc.integer({ min: 0, max: 90_000 }),
  clear_for: fc.integer({ min: 0, max: 90_000 }),
  on_missing: fc.constantFrom("resolve", "hold", "fire"),
});
const course = fc.array(
  fc.record({ verdict: verdictOf, wait: fc.integer({ min: 100, max: 40_000 }) }),
  {
    minLength: 1,
    maxLength: 80,
  },
);

test("[L1] whatever comes: no fire before `for`, one per episode, none resolved that did not fire, ids never reused", () => {
  fc.assert(
    fc.property(timing, course, (fields, steps) => {
      const subject = rule(fields);
      let state = nothing;
      let at = START;
      let breachSince: number | null = null;
      const lives = new Map<string, string[]>();
      for (const { verdict, wait } of steps) {
        at += wait;
        const holds =
          verdict === "breach" || (verdict === "unknown" && fields.on_missing === "fire");
        const held = verdict === "unknown" && fields.on_missing === "hold";
        if (holds) breachSince ??= at;
        else if (!held) breachSince = null;
        const before = state;
        const step = evaluate(before, [{ rule: subject, findings: [found(verdict)] }], at, {
          longestGap: 60_000,
        });
        // Pure: the same again is the same.
        expect(
          evaluate(before, [{ rule: subject, findings: [found(verdict)] }], at, {
            longestGap: 60_000,
          }).transitions,
        ).toEqual(step.transitions);
        state = step.state;
        for (const { to, alert } of step.transitions) {
          const life = lives.get(alert.id) ?? [];
          lives.set(alert.id, [...life, to]);
          if (to !== "firing") continue;
          expect(breachSince).not.toBeNull();
          expect(at - (breachSince ?? at)).toBeGreaterThanOrEqual(subject.for);
        }
      }
      for (const life of lives.values()) {
        expect([
          "pending",
          "pending cancelled",
          "pending firing",
          "pending firing resolved",
          "firing",
          "firing resolved",
        ]).toContain(life.join(" "));
      }
    }),
    { numRuns: 500 },
  );
});

const silence = (from: number, to: number, matchers: Silence["matchers"]): Silence => ({
  id: "s1",
  matchers,
  starts_at: from,
  ends_at: to,
  comment: "maintenance",
  created_at: from,
});

test("[L2] nobody is told of a silenced alert until the silence ends, and of an end only who knew of the beginning", () => {
  const { state } = run(rule({ for: 0, labels: { team: "a" } }), ["breach"]);
  const mute = [silence(START, START + 60_000, { labels: { team: "a" } })];
  const during = review(state, mute, START + 1);
  expect(during.notify).toEqual([]);
  expect(during.changed.map(({ silenced }) => silenced)).toEqual([true]);
  expect(alertsOf(during.state).map(({ state: is }) => is)).toEqual(["firing"]);
  const after = review(during.state, mute, START + 60_000);
  expect(after.notify.map(({ state: is }) => is)).toEqual(["firing"]);
  expect(review(after.state, mute, START + 61_000).notify).toEqual([]);

  const ended = abandon(during.state, "r1", "over", START + 2);
  expect(review(ended.state, [], START + 3).notify).toEqual([]);
  const known = abandon(after.state, "r1", "over", START + 62_000);
  expect(review(known.state, [], START + 62_001).notify.map(({ state: is }) => is)).toEqual([
    "resolved",
  ]);
});

test.each([
  [{ rule: "r1" }, true],
  [{ rule: "r2" }, false],
  [{ severity: "medium" as const }, true],
  [{ severity: "high" as const }, false],
  [{ model: "gpt-4o" }, false],
  [{ rule: "r1", labels: { team: "b" } }, false],
])("a silence for %j", (matchers, silenced) => {
  const { state } = run(rule({ for: 0, labels: { team: "a" } }), ["breach"]);
  const { notify } = review(state, [silence(START, START + 1000, matchers)], START + 1);
  expect(notify.length === 0).toBe(silenced);
});
