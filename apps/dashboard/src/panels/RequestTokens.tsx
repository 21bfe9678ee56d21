import type { RequestUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { tokensReason } from "./unknown-reasons.ts";

interface Kind {
  readonly name: string;
  readonly tokens: number | null;
  readonly part?: boolean;
}

/** Tokens in exclusive kinds: cached and reasoning tokens are parts, shown as such, counted once. */
function kindsOf(request: RequestUpdate): Kind[] {
  const {
    cached_tokens: cached,
    cache_write_tokens: written,
    reasoning_tokens: reasoning,
  } = request;
  return [
    { name: "Prompt", tokens: request.prompt_tokens },
    ...(cached === undefined
      ? []
      : [{ name: "of which read from cache", tokens: cached, part: true }]),
    ...(written === undefined
      ? []
      : [{ name: "of which written to cache", tokens: written, part: true }]),
    { name: "Completion", tokens: request.completion_tokens },
    ...(reasoning === undefined
      ? []
      : [{ name: "of which reasoning", tokens: reasoning, part: true }]),
    { name: "Total", tokens: request.total_tokens },
  ];
}

/** What went in and came out, by kind. */
export function RequestTokens({ request }: { readonly request: RequestUpdate }) {
  const estimated = request.usage === "estimated";
  return (
    <section>
      <h3 className="mb-2 flex items-baseline justify-between text-12 font-medium text-muted">
        Tokens
        {estimated && (
          <span
            className="font-normal text-watch"
            title="The answer was cut short before its usage was reported"
          >
            estimated
          </span>
        )}
        {request.usage === "unknown" && (
          <span className="font-normal text-faint">usage not reported</span>
        )}
      </h3>
      <ul className="flex flex-col gap-1.5">
        {kindsOf(request).map(({ name, tokens, part }) => (
          <li
            key={name}
            className={`flex justify-between gap-3 ${name === "Total" ? "border-t border-line pt-1.5 font-medium" : ""}`}
          >
            <span className={part ? "pl-4 text-faint" : name === "Total" ? "" : "text-muted"}>
              {name}
            </span>
            <Figure
              value={tokens}
              unit="count"
              reason={tokensReason(request)}
              className={part ? "text-muted" : ""}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
