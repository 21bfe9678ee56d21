import type { RateLimitUpdate } from "@telltale/protocol";
import { type EngineSample, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { limitOf, type Source } from "./limit.ts";

export const LITELLM: RegExp = /^litellm_(.+)$/;

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** The proxy as a whole, which passes requests on to engines and providers. */
export function decodeLitellm(page: Page): EngineSample[] {
  const proxy = page.under(LITELLM);
  const running = proxy.sum("in_flight_requests");
  const requests = proxy.count("proxy_total_requests_metric");
  if (running === null && requests === null) return [];
  return [
    {
      ...unknownEngine,
      id: "",
      kind: "litellm",
      gateway: true,
      running,
      promptTokens: proxy.count("input_tokens_metric"),
      generatedTokens: proxy.count("output_tokens_metric"),
      requests,
      ttft: proxy.histogram(["llm_api_time_to_first_token_metric"]),
      queueTime: proxy.histogram(["request_queue_time_seconds"]),
    },
  ];
}

/** What deployments still allow per minute, and budgets. A remainder whose limit nobody tells is left out. */
export function limitsOfLitellm(page: Page, source: Source): RateLimitUpdate[] {
  const proxy = page.under(LITELLM);
  return [
    ...perMinute(proxy, source, "requests", "deployment_rpm_limit"),
    ...perMinute(proxy, source, "tokens", "deployment_tpm_limit"),
    ...["api_key", "team", "org", "user"].flatMap((owner) => budgets(proxy, source, owner)),
  ];
}

function perMinute(
  proxy: Page,
  source: Source,
  unit: string,
  limitName: string,
): RateLimitUpdate[] {
  const left = [`remaining_${unit}_metric`, `remaining_${unit}`];
  const deployments = proxy.pick(limitName, ...left).by(["litellm_model_name", "api_base"]);
  return [...deployments.values()].flatMap((deployment) => {
    const limit = deployment.samples(limitName)[0]?.value;
    // A series per key, each with what the provider said last: the least is the nearest to now.
    const remaining = deployment.samples(...left);
    const model = deployment.label("litellm_model_name");
    if (limit === undefined || remaining.length === 0 || model === null) return [];
    return limitOf(source, {
      what: `${model} ${unit}`,
      limit,
      remaining: Math.min(...remaining.map(({ value }) => value)),
      unit,
      provider: deployment.label("api_provider"),
      resetsIn: MINUTE,
    });
  });
}

function budgets(proxy: Page, source: Source, owner: string): RateLimitUpdate[] {
  const alias = `${owner}_alias`;
  const identity = owner === "api_key" ? "hashed_api_key" : owner;
  const limits = `${owner}_max_budget_metric`;
  const left = `remaining_${owner}_budget_metric`;
  const until = `${owner}_budget_remaining_hours_metric`;
  const owners = proxy.pick(limits, left, until).by([identity, alias]);
  return [...owners.values()].flatMap((one) => {
    const limit = one.samples(limits)[0]?.value;
    const remaining = one.samples(left)[0]?.value;
    const hours = one.samples(until)[0]?.value;
    if (limit === undefined || remaining === undefined) return [];
    // The hash of a key names it, but not for people, and nobody needs the whole of it.
    const name = one.label(alias) ?? one.label(identity)?.slice(0, 8) ?? "";
    return limitOf(source, {
      what: `${owner.replace("_", " ")} ${name} budget`,
      limit,
      remaining,
      unit: "US dollars",
      ...(hours === undefined ? {} : { resetsIn: hours * HOUR }),
    });
  });
}
