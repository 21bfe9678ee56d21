import { FieldError, type TraceFormat, tokens } from "./format.ts";

type Members = Readonly<Record<string, unknown>>;

function members(line: string): Members | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value));
}

function lineOf(line: string): Members {
  const found = members(line);
  if (found === null) throw new FieldError(null, "expected one JSON object on the line");
  return found;
}

function number(column: string, value: unknown, unit: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new FieldError(column, `expected ${unit}, not ${JSON.stringify(value) ?? "nothing"}`);
}

/** Two traces of the same members; the one in seconds also tells of chats. */
const mooncake: TraceFormat = {
  description:
    "Mooncake (ms) and Qwen-Bailian (s, with chat_id), JSON lines: {timestamp, input_length, output_length}",
  detect: (firstLine) => {
    const first = members(firstLine);
    if (first === null || !("input_length" in first && "output_length" in first)) return null;
    const [service, unit, ms] =
      "chat_id" in first
        ? (["Qwen-Bailian", "s", 1000] as const)
        : (["Mooncake", "ms", 1] as const);
    return {
      headed: false,
      reader: (line) => {
        const found = lineOf(line);
        return {
          at: number("timestamp", found["timestamp"], `${unit} since the start`) * ms,
          promptTokens: tokens("input_length", found["input_length"]),
          completionTokens: tokens("output_length", found["output_length"]),
          fields: { service },
        };
      },
    };
  },
};

/** Unknown counts stay unknown. */
function known(column: string, value: unknown): number {
  return value === null || value === undefined ? 0 : tokens(column, value);
}

const ownExport: TraceFormat = {
  description: "Telltale's own export, JSON lines: one request_update payload each",
  detect: (firstLine) => {
    const first = members(firstLine);
    if (first === null || !("model" in first && "created" in first)) return null;
    return {
      headed: false,
      reader: (line) => {
        const { id: _id, created, ...fields } = lineOf(line);
        if (typeof fields["model"] !== "string") {
          throw new FieldError("model", "expected a name");
        }
        if (fields["status"] === "in_progress") {
          throw new FieldError("status", "expected a finished request; this one never ended");
        }
        return {
          at: number("created", created, "Unix ms"),
          promptTokens: known("prompt_tokens", fields["prompt_tokens"]),
          completionTokens: known("completion_tokens", fields["completion_tokens"]),
          fields,
        };
      },
    };
  },
};

export const jsonFormats: readonly TraceFormat[] = [mooncake, ownExport];
