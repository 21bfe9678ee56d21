import { cut, limits } from "../../event.ts";
import { type Attributes, fields, text } from "./attributes.ts";
import type { Span } from "./span.ts";

const userNames = [
  "user.id",
  "enduser.id",
  "enduser.pseudo.id",
  "langfuse.user.id",
  "gen_ai.request.user",
  "gen_ai.user.id",
  "traceloop.association.properties.user_id",
  "traceloop.association.properties.userId",
  "ai.telemetry.metadata.userId",
  "ai.telemetry.metadata.user_id",
];

const organizationNames = [
  "organization.id",
  "traceloop.association.properties.organization_id",
  "traceloop.association.properties.organizationId",
  "ai.telemetry.metadata.organizationId",
  "ai.telemetry.metadata.organization_id",
];

export interface Caller {
  readonly userId: string | null;
  readonly organizationId: string | null;
  readonly service: string | null;
}

function label(value: string | undefined): string | null {
  return value === undefined ? null : cut(value, limits.label);
}

/** SDKs name a service that nobody named `unknown_service` or `unknown_service:node`. */
function serviceOf(resource: Attributes): string | null {
  const name = text(resource, ["service.name"]);
  return name === undefined || /^unknown_service(:|$)/.test(name) ? null : label(name);
}

export function callerOf(span: Span): Caller {
  const { attributes, resource } = span;
  const user =
    text(attributes, userNames) ??
    text(fields(attributes, "llm.invocation_parameters"), ["user"]) ??
    text(fields(attributes, "metadata"), ["user_id", "userId"]);
  const organization =
    text(attributes, organizationNames) ??
    text(fields(attributes, "metadata"), ["organization_id", "organizationId"]);
  return {
    userId: label(user),
    organizationId: label(organization),
    service: serviceOf(resource),
  };
}
