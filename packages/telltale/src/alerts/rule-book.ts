import { z } from "zod";
import { Document } from "../settings/document.ts";
import { type Rule, type RuleInput, type StoredRule, storedRuleSchema } from "./rule.ts";
import { type Silence, type SilenceInput, silenceSchema } from "./silence.ts";

const MOST_RULES = 500;
const MOST_SILENCES = 500;
/** Silences that are over are kept so long, to be looked at, ms. */
const KEPT_SILENCES = 7 * 86_400_000;

const bookSchema = z.object({
  rules: z.array(storedRuleSchema).default([]),
  silences: z.array(silenceSchema).default([]),
});

export interface RuleBookOptions {
  readonly path: string;
  readonly now: () => number;
  readonly newId: () => string;
  /** Rules to begin with where there is no file yet. */
  readonly starters: readonly RuleInput[];
}

/** There are as many as there may be. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
}

/** The rules and silences, on disk before anybody is told that they are. */
export class RuleBook {
  readonly #options: RuleBookOptions;
  readonly #document: Document<z.output<typeof bookSchema>>;
  #rules: readonly Rule[];

  private constructor(options: RuleBookOptions, document: Document<z.output<typeof bookSchema>>) {
    this.#options = options;
    this.#document = document;
    this.#rules = document.value.rules.map(flat);
  }

  /** @throws {StorageError} when the file can not be used. */
  static async open(options: RuleBookOptions): Promise<RuleBook> {
    const { path, now, starters } = options;
    const empty = (): z.output<typeof bookSchema> => ({ rules: [], silences: [] });
    const document = await Document.open({ path, schema: bookSchema, empty, now });
    const book = new RuleBook(options, document);
    if (!document.existed) for (const starter of starters) await book.add(starter);
    return book;
  }

  /** What to tell the operator when the file was damaged. */
  get damage(): string | null {
    return this.#document.damage;
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  get silences(): readonly Silence[] {
    return this.#document.value.silences;
  }

  rule(id: string): Rule | undefined {
    return this.#rules.find((rule) => rule.id === id);
  }

  /** @throws {TooManyError} */
  async add(rule: RuleInput): Promise<Rule> {
    const at = this.#options.now();
    const stored = { id: this.#options.newId(), created_at: at, updated_at: at, rule };
    await this.#change((rules) => {
      if (rules.length >= MOST_RULES)
        throw new TooManyError(`There are ${MOST_RULES} rules already`);
      return [...rules, stored];
    });
    return flat(stored);
  }

  /** The rule as it is now; `undefined` when there is none of this id. */
  async replace(id: string, rule: RuleInput): Promise<Rule | undefined> {
    const updated_at = this.#options.now();
    await this.#change((rules) =>
      rules.map((stored) => (stored.id === id ? { ...stored, updated_at, rule } : stored)),
    );
    return this.rule(id);
  }

  /** Whether there was one. */
  async remove(id: string): Promise<boolean> {
    const known = this.rule(id) !== undefined;
    if (known) await this.#change((rules) => rules.filter((stored) => stored.id !== id));
    return known;
  }

  /** @throws {TooManyError} */
  async silence(input: SilenceInput): Promise<Silence> {
    const { now, newId } = this.#options;
    const at = now();
    const silence = { ...input, id: newId(), starts_at: input.starts_at ?? at, created_at: at };
    await this.#document.update((book) => {
      const kept = book.silences.filter(({ ends_at }) => at - ends_at < KEPT_SILENCES);
      if (kept.length >= MOST_SILENCES) {
        throw new TooManyError(`There are ${MOST_SILENCES} silences already`);
      }
      return { ...book, silences: [...kept, silence] };
    });
    return silence;
  }

  /** The silence as it is now; `undefined` when there is none of this id. */
  async changeSilence(id: string, input: SilenceInput): Promise<Silence | undefined> {
    await this.#document.update((book) => ({
      ...book,
      silences: book.silences.map((known) =>
        known.id === id
          ? { ...known, ...input, starts_at: input.starts_at ?? known.starts_at }
          : known,
      ),
    }));
    return this.silences.find((silence) => silence.id === id);
  }

  /** Whether there was one. */
  async unsilence(id: string): Promise<boolean> {
    if (!this.silences.some((silence) => silence.id === id)) return false;
    await this.#document.update((book) => ({
      ...book,
      silences: book.silences.filter((silence) => silence.id !== id),
    }));
    return true;
  }

  async #change(change: (rules: readonly StoredRule[]) => StoredRule[]): Promise<void> {
    await this.#document.update((book) => ({ ...book, rules: change(book.rules) }));
    this.#rules = this.#document.value.rules.map(flat);
  }
}

function flat({ rule, ...rest }: StoredRule): Rule {
  return { ...rest, ...rule };
}
