import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Limits } from "../access/limits.ts";
import type { Alerts } from "../alerts/alerts.ts";
import { metricNames, metricOf } from "../alerts/metrics.ts";
import { type Rule, type RuleInput, ruleInputSchema } from "../alerts/rule.ts";
import { TooManyError } from "../alerts/rule-book.ts";
import { silenceInputSchema } from "../alerts/silence.ts";
import { templates } from "../alerts/templates.ts";
import { described, eventsQuery, noteBody, patchBody, previewBody } from "./alert-descriptions.ts";
import { stored } from "./intake.ts";
import { checked, jsonBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";
import { readQuery } from "./query.ts";

export interface AlertsApiOptions {
  readonly alerts: Alerts;
  readonly limits: Limits;
  readonly now: () => number;
  /** Names of the configured channels. */
  readonly channels: readonly string[];
}

const DAY = 86_400_000;

interface ById {
  Params: { id: string };
}

/** `/api/v1/alerts`: rules, silences, what fires and what has; shapes in docs/alerts.md. */
export function registerAlerts(app: FastifyInstance, options: AlertsApiOptions): void {
  const { alerts, limits } = options;
  const base = "/api/v1/alerts";

  app.get(base, described.alerts, () => ({ alerts: alerts.current() }));

  app.post<ById>(`${base}/:id/acknowledge`, described.acknowledge, async (request) => {
    const { note } = await jsonBody(request, limits, noteBody);
    const alert = await alerts.acknowledge(request.params.id, note);
    if (alert === undefined) throw missing("No alert fires under this id");
    return alert;
  });

  app.get(`${base}/events`, described.events, (request) => {
    const { limit, cursor, ...filter } = readQuery(eventsQuery, request.query);
    const { events, next } = alerts.events(filter, limit, cursor);
    return { events, next_cursor: next === null ? null : String(next) };
  });

  app.get(`${base}/templates`, described.templates, () => ({ templates }));

  app.get(`${base}/metrics`, described.metrics, () => ({
    metrics: metricNames.map((name) => {
      const { unit, of, history } = metricOf(name);
      return { name, unit, each: of, history: history?.metric ?? null };
    }),
  }));

  app.post(`${base}/preview`, described.preview, async (request) => {
    const { rule, from, to = options.now() } = await jsonBody(request, limits, previewBody);
    const range = { from: from ?? to - DAY, to };
    if (range.from >= to || to - range.from > 7 * DAY) {
      throw new ProblemError("invalid_body", "from: expected a time before `to`, at most 7 days", {
        path: "from",
      });
    }
    return alerts.preview(rule, range);
  });

  registerRules(app, options, `${base}/rules`);
  registerSilences(app, options, `${base}/silences`);
}

function registerRules(app: FastifyInstance, options: AlertsApiOptions, base: string): void {
  const { alerts, limits, channels } = options;
  const { rules } = alerts;

  const known = (rule: RuleInput): RuleInput => {
    const stranger = rule.channels?.findIndex((name) => !channels.includes(name)) ?? -1;
    if (stranger < 0) return rule;
    const names =
      channels.length > 0 ? `configured are ${channels.join(", ")}` : "none is configured";
    throw new ProblemError("invalid_body", `channels.${stranger}: is no channel; ${names}`, {
      path: `channels.${stranger}`,
    });
  };
  const existing = (id: string): Rule => {
    const rule = rules.rule(id);
    if (rule === undefined) throw missing("No rule has this id");
    return rule;
  };
  const replace = async (before: Rule, input: RuleInput): Promise<Rule> => {
    const after = await stored(rules.replace(before.id, known(input)));
    if (after === undefined) throw missing("No rule has this id");
    if (before.enabled && !after.enabled) alerts.abandon(after.id, "The rule was switched off");
    else if (substanceOf(before) !== substanceOf(after)) {
      alerts.abandon(after.id, "The rule was changed");
    }
    return after;
  };

  app.get(base, described.rules, () => ({ rules: rules.rules, damage: rules.damage }));

  app.post(base, described.addRule, async (request, reply) => {
    const input = known(await jsonBody(request, limits, ruleInputSchema));
    const rule = await taken(rules.add(input));
    return reply.code(201).header("location", `${base}/${rule.id}`).send(rule);
  });

  app.get<ById>(`${base}/:id`, described.rule, (request) => existing(request.params.id));

  app.put<ById>(`${base}/:id`, described.replaceRule, async (request) => {
    const input = await jsonBody(request, limits, z.unknown());
    const before = existing(request.params.id);
    return replace(before, checked(ruleInputSchema, withoutServerFields(input)));
  });

  app.patch<ById>(`${base}/:id`, described.changeRule, async (request) => {
    const change = await jsonBody(request, limits, patchBody);
    const before = existing(request.params.id);
    const merged = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
    const input = checked(ruleInputSchema, withoutServerFields(Object.fromEntries(merged)));
    return replace(before, input);
  });

  app.delete<ById>(`${base}/:id`, described.removeRule, async (request, reply) => {
    const { id } = request.params;
    if (!(await stored(rules.remove(id)))) throw missing("No rule has this id");
    alerts.abandon(id, "The rule was removed");
    return reply.code(204).send();
  });
}

function registerSilences(
  app: FastifyInstance,
  { alerts, limits, now }: AlertsApiOptions,
  base: string,
): void {
  const { rules } = alerts;

  app.get(base, described.silences, () => {
    const at = now();
    return {
      silences: rules.silences.map((silence) => ({
        ...silence,
        active: silence.starts_at <= at && at < silence.ends_at,
      })),
    };
  });

  app.post(base, described.addSilence, async (request, reply) => {
    const input = await jsonBody(request, limits, silenceInputSchema);
    if (input.ends_at <= now()) {
      const path = "ends_at";
      throw new ProblemError("invalid_body", `${path}: expected a time to come`, { path });
    }
    const silence = await taken(rules.silence(input));
    alerts.silencesChanged();
    return reply.code(201).header("location", `${base}/${silence.id}`).send(silence);
  });

  app.put<ById>(`${base}/:id`, described.replaceSilence, async (request) => {
    const input = await jsonBody(request, limits, silenceInputSchema);
    const silence = await stored(rules.changeSilence(request.params.id, input));
    if (silence === undefined) throw missing("No silence has this id");
    alerts.silencesChanged();
    return silence;
  });

  app.delete<ById>(`${base}/:id`, described.removeSilence, async (request, reply) => {
    if (!(await stored(rules.unsilence(request.params.id)))) {
      throw missing("No silence has this id");
    }
    alerts.silencesChanged();
    return reply.code(204).send();
  });
}

function missing(detail: string): ProblemError {
  return new ProblemError("not_found", detail);
}

async function taken<T>(storing: Promise<T>): Promise<T> {
  try {
    return await stored(storing);
  } catch (error) {
    if (error instanceof TooManyError) throw new ProblemError("too_many", error.message);
    throw error;
  }
}

/** What is answered can be sent back as it is. */
function withoutServerFields(input: unknown): unknown {
  if (typeof input !== "object" || input === null) return input;
  const {
    id: _id,
    created_at: _created,
    updated_at: _updated,
    ...rest
  } = { ...input } as Record<string, unknown>;
  return rest;
}

/** What a rule watches and when it fires, without what it is called and who is told. */
function substanceOf(rule: Rule): string {
  const { name, severity, labels, channels, updated_at, enabled, ...substance } = rule;
  return JSON.stringify(Object.entries(substance).sort(([a], [b]) => (a < b ? -1 : 1)));
}
