import { chance, logNormal, pick, type Random, skewed } from "./dice.ts";
import { type ModelProfile, models } from "./models.ts";

/** One call to make: who makes it, to which model, and how. */
export interface DemoCall {
  readonly profile: ModelProfile;
  readonly stream: boolean;
  readonly promptTokens: number;
  readonly user: string;
  readonly organization: string;
  readonly service: string;
  /** The caller hangs up this long after asking, ms; null when it waits for the end. */
  readonly leavesAfter: number | null;
}

interface Service {
  readonly service: string;
  readonly weight: number;
}

const services: readonly [Service, ...Service[]] = [
  { service: "support-assistant", weight: 42 },
  { service: "code-review", weight: 24 },
  { service: "search", weight: 22 },
  { service: "report-writer", weight: 12 },
];

const teams = ["team-a", "team-b", "team-c", "team-d", "team-e"];

export function nextCall(random: Random): DemoCall {
  const profile = pick(random, models);
  const user = skewed(random, 60);
  return {
    profile,
    stream: chance(random, profile.streaming),
    promptTokens: Math.min(60_000, Math.round(logNormal(random, ...profile.promptTokens))),
    user: `user-${user}`,
    organization: teams[user % teams.length] ?? "team-a",
    service: pick(random, services).service,
    leavesAfter: chance(random, 0.015) ? profile.ttft[0] * (0.5 + 3 * random()) : null,
  };
}

const sentence = "Made by the demo. ";

/** As long as so many tokens are, about four letters each. */
function promptOf(tokens: number): string {
  return sentence.repeat(Math.ceil((4 * tokens) / sentence.length)).slice(0, 4 * tokens);
}

/** Sends one call through the proxy and reads its answer to the end, as an SDK would. */
export async function makeCall(
  baseUrl: string,
  { profile, stream, promptTokens, user, organization, service }: DemoCall,
  signal: AbortSignal,
  key?: string,
): Promise<void> {
  const anthropic = profile.upstream === "demo-anthropic";
  const path = anthropic ? "/v1/messages" : "/v1/chat/completions";
  const response = await fetch(`${baseUrl}/proxy/${profile.upstream}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-telltale-user": user,
      "x-telltale-organization": organization,
      "x-telltale-service": service,
      ...(key !== undefined && { "x-telltale-key": key }),
      ...(anthropic
        ? { "x-api-key": "demo", "anthropic-version": "2023-06-01" }
        : { authorization: "Bearer demo" }),
    },
    body: JSON.stringify({
      model: profile.model,
      ...(anthropic ? { max_tokens: 4_096 } : {}),
      ...(stream ? { stream: true } : {}),
      messages: [{ role: "user", content: promptOf(promptTokens) }],
    }),
    signal,
  });
  await response.arrayBuffer();
}
