import type { RateLimitUpdate } from "@telltale/protocol";
import type { EngineKind, EngineSample, GpuSample } from "../../engine-sample.ts";
import { DCGM, decodeDcgm } from "./decode/dcgm.ts";
import { DYNAMO, decodeComponent, decodeFrontend } from "./decode/dynamo.ts";
import type { Source } from "./decode/limit.ts";
import { decodeLitellm, LITELLM, limitsOfLitellm } from "./decode/litellm.ts";
import { decodeNim, isNim, limitsOfNim } from "./decode/nim.ts";
import { decodeSglang, SGLANG } from "./decode/sglang.ts";
import { decodeTgi, TGI } from "./decode/tgi.ts";
import { decodeTriton, gpusOfTriton, TRITON } from "./decode/triton.ts";
import { decodeTrtllm, TRTLLM } from "./decode/trtllm.ts";
import { decodeVllm, VLLM } from "./decode/vllm.ts";
import type { Page } from "./page.ts";

/** What a page says, of all the kinds that were recognised on it. */
export interface Decoded {
  readonly kinds: readonly EngineKind[];
  readonly engines: readonly EngineSample[];
  readonly gpus: readonly GpuSample[];
  readonly rateLimits: readonly RateLimitUpdate[];
}

interface Decoder {
  readonly kind: ScrapedKind;
  readonly recognises: (page: Page) => boolean;
  readonly engines?: (page: Page) => EngineSample[];
  readonly gpus?: (page: Page) => GpuSample[];
  readonly limits?: (page: Page, source: Source) => RateLimitUpdate[];
}

/** What can be told apart by the names on its page. */
export const SCRAPED_KINDS = [
  "vllm",
  "sglang",
  "trtllm",
  "tgi",
  "triton",
  "nim",
  "dynamo",
  "litellm",
  "dcgm",
] as const satisfies readonly EngineKind[];

export type ScrapedKind = (typeof SCRAPED_KINDS)[number];

const named =
  (pattern: RegExp): Decoder["recognises"] =>
  (page) =>
    !page.under(pattern).isEmpty;

const DECODERS: readonly Decoder[] = [
  { kind: "vllm", recognises: named(VLLM), engines: decodeVllm },
  { kind: "sglang", recognises: named(SGLANG), engines: decodeSglang },
  { kind: "trtllm", recognises: named(TRTLLM), engines: decodeTrtllm },
  { kind: "tgi", recognises: named(TGI), engines: decodeTgi },
  { kind: "triton", recognises: named(TRITON), engines: decodeTriton, gpus: gpusOfTriton },
  { kind: "nim", recognises: isNim, engines: decodeNim, limits: limitsOfNim },
  { kind: "dynamo", recognises: named(DYNAMO), engines: decodeDynamo },
  { kind: "litellm", recognises: named(LITELLM), engines: decodeLitellm, limits: limitsOfLitellm },
  { kind: "dcgm", recognises: named(DCGM), gpus: decodeDcgm },
];

/** @param only what the operator says it is; else every kind that is recognised */
export function decode(page: Page, source: Source, only?: ScrapedKind): Decoded {
  const found = DECODERS.filter(({ kind, recognises }) =>
    only === undefined ? recognises(page) : kind === only,
  );
  const engines = found.flatMap((decoder) => decoder.engines?.(page) ?? []);
  return {
    kinds: found.map(({ kind }) => kind),
    engines: distinct(engines),
    gpus: found.flatMap((decoder) => decoder.gpus?.(page) ?? []),
    rateLimits: found.flatMap((decoder) => decoder.limits?.(page, source) ?? []),
  };
}

/** A worker's page has its engine's own figures too, then the worker is not another engine. */
function decodeDynamo(page: Page): EngineSample[] {
  const speaksForItself = [VLLM, SGLANG, TRTLLM].some((own) => !page.under(own).isEmpty);
  return [...decodeFrontend(page), ...(speaksForItself ? [] : decodeComponent(page))];
}

/** Engines of two kinds on one page may have the same id, which the kind then tells apart. */
function distinct(engines: readonly EngineSample[]): EngineSample[] {
  const seen = new Set<string>();
  return engines.map((engine) => {
    let { id } = engine;
    for (let n = 1; seen.has(id); n++)
      id = [engine.id, engine.kind, n > 1 ? String(n) : ""].filter(Boolean).join(" ");
    seen.add(id);
    return { ...engine, id };
  });
}
