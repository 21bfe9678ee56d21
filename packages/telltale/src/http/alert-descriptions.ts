import {
  alertUpdate,
  array,
  boolean,
  nullable,
  number,
  object,
  type Schema,
  string,
} from "@telltale/protocol";
import { z } from "zod";
import { deliverySchema } from "../alerts/channels/delivery.ts";
import { channelSchema } from "../alerts/channels/schema.ts";
import { alertEventSchema } from "../alerts/event-log.ts";
import { ruleInputSchema } from "../alerts/rule.ts";
import { silenceInputSchema, silenceSchema } from "../alerts/silence.ts";
import { answers, describe, type RouteDescription, type Shape } from "./describe.ts";
import { integer, time } from "./query.ts";

export const eventsQuery = z.object({
  from: time.optional(),
  to: time.optional(),
  rule: z.string().optional().describe("id of a rule"),
  state: z.enum(["firing", "resolved", "acknowledged"]).optional(),
  limit: integer.pipe(z.int().min(1).max(1000)).default(100),
  cursor: integer.optional().describe("next_cursor of the page before"),
});

export const deliveriesQuery = z.object({
  channel: z.string().optional(),
  state: z.enum(["waiting", "delivered", "dead"]).optional(),
  limit: integer.pipe(z.int().min(1).max(500)).default(100),
});

export const previewBody = z.strictObject({
  rule: ruleInputSchema,
  from: z.number().optional(),
  to: z.number().optional(),
});

export const noteBody = z.strictObject({ note: z.string().trim().max(2000).default("") });

export const patchBody = z.record(z.string(), z.unknown());

type Described = ReturnType<typeof describe>;

const route = (
  summary: string,
  about: string,
  answer: Shape,
  more: Partial<RouteDescription> = {},
): Described => describe({ summary, tag: "alerts", answers: answers(about, answer), ...more });

const taking = (shape: Shape): Partial<RouteDescription> => ({
  body: { "application/json": shape },
});

const made = (shape: Shape, answer: Shape): Partial<RouteDescription> => ({
  ...taking(shape),
  answers: answers("As it was made", answer, 201),
});

const removed = (summary: string): Described =>
  describe({ summary, tag: "alerts", answers: { 204: { about: "It is gone" } } });

const ruleAnswer = z.intersection(
  z.object({ id: z.string(), created_at: z.number(), updated_at: z.number() }),
  ruleInputSchema,
);

const lines = array(object({ group: nullable(string), points: array(array(number)) }));

const previewAnswer: Schema = object({
  from: number,
  to: number,
  step_ms: nullable(number),
  fired: number,
  episodes: array(
    object({
      subject: nullable(string),
      model: nullable(string),
      started_at: number,
      fired_at: number,
      resolved_at: nullable(number),
      value: nullable(number),
      threshold: nullable(number),
      message: string,
    }),
  ),
  series: lines,
  thresholds: lines,
  note: nullable(string),
});

const metricsAnswer: Schema = object({
  metrics: array(
    object({ name: string, unit: string, each: nullable(string), history: nullable(string) }),
  ),
});

/** What `/api/openapi.json` says about the routes of alerts. */
export const described = {
  alerts: route(
    "Alerts",
    "Pending, firing, and resolved of late",
    object({ alerts: array(alertUpdate) }),
  ),
  acknowledge: route("Take a firing alert on", "The alert", alertUpdate, taking(noteBody)),
  events: route(
    "The history of alerts",
    "Newest first",
    z.object({ events: z.array(alertEventSchema), next_cursor: z.string().nullable() }),
    { query: eventsQuery },
  ),
  templates: route(
    "Rules to begin with",
    "None is in force until it is posted",
    z.object({
      templates: z.array(
        z.object({ id: z.string(), description: z.string(), rule: ruleInputSchema }),
      ),
    }),
  ),
  metrics: route("What a threshold can watch", "By name", metricsAnswer),
  preview: route(
    "Try a rule on the past",
    "When it would have fired",
    previewAnswer,
    taking(previewBody),
  ),
  rules: route(
    "Rules",
    "All there are; damage says whether their file had to be moved aside",
    z.object({ rules: z.array(ruleAnswer), damage: z.string().nullable() }),
  ),
  addRule: route("Make a rule", "", ruleAnswer, made(ruleInputSchema, ruleAnswer)),
  rule: route("One rule", "The rule", ruleAnswer),
  replaceRule: route("Replace a rule", "As it is now", ruleAnswer, taking(ruleInputSchema)),
  changeRule: route("Change a rule", "As it is now", ruleAnswer, {
    ...taking(patchBody),
    description: "Fields that are given replace those of the rule; null removes one",
  }),
  removeRule: removed("Remove a rule"),
  silences: route(
    "Silences",
    "Those to come, in force, and over in the last seven days",
    z.object({ silences: z.array(silenceSchema.extend({ active: z.boolean() })) }),
  ),
  addSilence: route("Make a silence", "", silenceSchema, made(silenceInputSchema, silenceSchema)),
  replaceSilence: route(
    "Replace a silence",
    "As it is now",
    silenceSchema,
    taking(silenceInputSchema),
  ),
  removeSilence: removed("Remove a silence"),
  channels: route(
    "Channels",
    "As configured, without secrets",
    z.object({ channels: z.array(z.intersection(z.object({ id: z.string() }), channelSchema)) }),
  ),
  testChannel: route(
    "Send a test message",
    "What came of it",
    object({ channel: string, delivered: boolean, detail: string }),
  ),
  deliveries: route(
    "Messages to channels",
    "Newest first",
    z.object({ deliveries: z.array(deliverySchema) }),
    { query: deliveriesQuery },
  ),
  retryDelivery: route("Send once more what was given up", "The message", deliverySchema),
} as const satisfies Readonly<Record<string, Described>>;
