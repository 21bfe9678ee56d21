import { boundedAttributes, cut, limits, type RequestEvent } from "../../event.ts";
import { type Attributes, type AttributeValue, fields } from "./attributes.ts";

/** Attributes that group calls, by the label they become. */
const named: ReadonlyMap<string, string> = new Map([
  ["gen_ai.conversation.id", "conversation"],
  ["session.id", "session"],
  ["langfuse.session.id", "session"],
  ["gen_ai.agent.name", "agent"],
  ["traceloop.workflow.name", "workflow"],
  ["langfuse.environment", "environment"],
  ["deployment.environment.name", "environment"],
]);

/** What callers add of their own stands below these, whatever its name. */
const prefixes = [
  "traceloop.association.properties.",
  "ai.telemetry.metadata.",
  "langfuse.trace.metadata.",
  "langfuse.observation.metadata.",
];

/** Labels that are columns of their own. */
const elsewhere = /^(user|organi[sz]ation)_?id$/i;

/** The caller's own labels; null when there are none. */
export function labelsOf(attributes: Attributes): RequestEvent["attributes"] {
  const labels = new Map<string, string>();
  const put = (name: string, value: AttributeValue): void => {
    if (typeof value === "object" || value === "" || elsewhere.test(name)) return;
    labels.set(cut(name, limits.label), cut(String(value), limits.label));
  };
  for (const [key, value] of attributes) {
    const prefix = prefixes.find((one) => key.startsWith(one));
    const name = prefix === undefined ? named.get(key) : key.slice(prefix.length);
    if (name !== undefined && name !== "") put(name, value);
  }
  for (const [name, value] of fields(attributes, "metadata")) put(name, value);
  return boundedAttributes(labels);
}
