import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Upstream } from "../../ingest/proxy/upstream.ts";
import { type Pace, realPace } from "../pace.ts";
import { type Answer, planAnswer } from "./answer.ts";
import { anthropic } from "./anthropic.ts";
import type { Random } from "./dice.ts";
import type { DemoEngines } from "./engines.ts";
import { profileOf } from "./models.ts";
import { openai } from "./openai.ts";
import { Quota } from "./quota.ts";
import { type Mishap, Weather } from "./weather.ts";
import type { Asked, Wire } from "./wire.ts";

export interface DemoUpstreams {
  readonly upstreams: readonly Upstream[];
  close(): Promise<void>;
}

export interface DemoUpstreamOptions {
  /** Uniform over [0, 1). */
  readonly random?: Random;
  readonly pace?: Pace;
  /** The engines behind `demo-vllm`. */
  readonly engines?: Pick<DemoEngines, "take"> | undefined;
}

interface Provider {
  readonly name: string;
  readonly provider: string;
  readonly wire: Wire;
  readonly api: Upstream["api"];
  readonly quota: Quota;
  readonly weather: Weather;
  /** Of the engines that answer, where they are played. */
  readonly take?: DemoEngines["take"] | undefined;
}

/** How long a hanging upstream keeps its caller waiting before the connection breaks, ms. */
const hangMs = 15_000;

function providers(random: Random, engines: DemoUpstreamOptions["engines"]): Provider[] {
  const quotas = (requests: number, tokens: number) => ({
    quota: new Quota(requests, tokens),
    weather: new Weather(random),
  });
  const chat = { wire: openai, api: "openai" } as const;
  return [
    { name: "demo-openai", provider: "openai", ...chat, ...quotas(500, 600_000) },
    {
      name: "demo-anthropic",
      provider: "anthropic",
      wire: anthropic,
      api: "anthropic",
      ...quotas(200, 800_000),
    },
    { name: "demo-gemini", provider: "gcp.gemini", ...chat, ...quotas(120, 400_000) },
    {
      name: "demo-vllm",
      provider: "vllm",
      take: engines?.take,
      ...chat,
      ...quotas(1_000, 1_000_000),
    },
  ];
}

interface Question extends Asked {
  readonly stream: boolean;
  /** Of the prompt. */
  readonly letters: number;
}

function asked(body: unknown, random: Random, now: number): Question {
  const field = (of: unknown, name: string): unknown =>
    typeof of === "object" && of !== null
      ? Object.entries(of).find(([key]) => key === name)?.[1]
      : undefined;
  const list = field(body, "messages");
  const messages: readonly unknown[] = Array.isArray(list) ? list : [];
  return {
    id: Math.floor(random() * 2 ** 52)
      .toString(36)
      .padStart(11, "0"),
    model: String(field(body, "model") ?? ""),
    stream: field(body, "stream") === true,
    letters: messages.reduce<number>(
      (sum, message) => sum + String(field(message, "content")).length,
      0,
    ),
    includeUsage: field(field(body, "stream_options"), "include_usage") === true,
    now,
  };
}

/** Whole answers take as long as streamed ones: the text is made token by token all the same. */
function duration({ ttft, gap, pieces }: Answer): number {
  return pieces.reduce((sum) => sum + gap(), ttft);
}

class Conversation {
  readonly #response: ServerResponse;
  readonly #pace: Pace;
  readonly #gone = new AbortController();

  constructor(response: ServerResponse, pace: Pace) {
    this.#response = response;
    this.#pace = pace;
    response.on("close", () => this.#gone.abort());
  }

  async answer(
    { wire, quota }: Provider,
    request: Asked & { readonly stream: boolean },
    mishap: Mishap,
    answer: Answer,
  ): Promise<void> {
    const response = this.#response;
    const headers = wire.headers(quota, request.id, this.#pace.now());
    if (mishap === "hang") {
      await this.#wait(hangMs);
      response.destroy();
    } else if (mishap !== null && mishap !== "cut") {
      await this.#wait(answer.ttft / 4);
      const { status, body } = wire.failure(mishap);
      const retry = status === 429 ? { "retry-after": "5" } : {};
      this.#json(status, { ...headers, ...retry }, body);
    } else if (request.stream) {
      await this.#stream(wire, headers, request, mishap === "cut", answer);
    } else {
      await this.#wait(duration(answer));
      if (mishap === "cut") response.destroy();
      else this.#json(200, headers, wire.whole(answer, request));
    }
  }

  async #stream(
    wire: Wire,
    headers: Record<string, string>,
    request: Asked,
    cut: boolean,
    answer: Answer,
  ): Promise<void> {
    const response = this.#response;
    await this.#wait(answer.ttft);
    response.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8" });
    for (const event of wire.opening(answer, request)) response.write(event);
    for (const [i, text] of answer.pieces.entries()) {
      if (cut && i >= answer.pieces.length / 2) {
        response.destroy();
        return;
      }
      response.write(wire.piece(text, request));
      await this.#wait(answer.gap());
    }
    response.end(wire.closing(answer, request).join(""));
  }

  #json(status: number, headers: Record<string, string>, body: unknown): void {
    this.#response.writeHead(status, { ...headers, "content-type": "application/json" });
    this.#response.end(JSON.stringify(body));
  }

  #wait(ms: number): Promise<void> {
    return this.#pace.sleep(ms, this.#gone.signal);
  }
}

/**
 * Starts a local server that plays four model providers, for the proxy to forward to: nothing
 * leaves the machine, and the proxy cannot tell the difference.
 */
export async function createDemoUpstreams({
  random = Math.random,
  pace = realPace,
  engines,
}: DemoUpstreamOptions = {}): Promise<DemoUpstreams> {
  const known = providers(random, engines);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const provider = known.find(({ name, wire }) => request.url === `/${name}${wire.path}`);
    if (provider === undefined || request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    const question = asked(await json(request), random, pace.now());
    const { model, letters } = question;
    const mishap = provider.weather.next(pace.now());
    // What is refused never comes to an engine.
    const take = mishap === null || mishap === "cut" ? provider.take : undefined;
    const answer = planAnswer(random, profileOf(model), letters, take);
    response.on("close", answer.end);
    provider.quota.spend(answer.usage.prompt + answer.usage.completion, pace.now());
    await new Conversation(response, pace).answer(provider, question, mishap, answer);
  };
  const server = createServer((request, response) => {
    // A caller who leaves in the middle is part of the show.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    upstreams: known.map(({ name, provider, api }) => ({
      name,
      url: `http://127.0.0.1:${port}/${name}`,
      api,
      provider,
      demo: true,
    })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
