/**
 * What providers' published tiers cost, as a share of the standard price; null where they publish
 * no share (OpenAI's priority processing has a price of its own per model). The price list knows
 * standard prices only.
 *
 * @see https://platform.openai.com/docs/pricing
 * @see https://docs.claude.com/en/docs/build-with-claude/batch-processing
 * @see https://ai.google.dev/gemini-api/docs/pricing
 */
const shares: readonly (readonly [RegExp, Readonly<Record<string, number | null>>])[] = [
  [/^(openai|azure)/, { batch: 0.5, flex: 0.5, priority: null }],
  [/^anthropic/, { batch: 0.5 }],
  [/^(google|gcp\.)/, { batch: 0.5 }],
];

/** The share of the standard price; null when it is not known. Tiers that nobody knows are standard. */
export function tierShare(provider: string | null, tier: string | null): number | null {
  if (tier === null) return 1;
  const known = shares.find(([name]) => name.test(provider ?? ""))?.[1];
  const share = known !== undefined && Object.hasOwn(known, tier) ? known[tier] : 1;
  return share === undefined ? 1 : share;
}
