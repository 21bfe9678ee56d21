import { readFileSync } from "node:fs";
import fc, { runs } from "@telltale/testkit/properties";
import { everyQuery, everyQueryAndRequest } from "@telltale/testkit/query-arbitrary";
import { describe, expect, test } from "vitest";
import type { RequestUpdate } from "../src/index.ts";
import {
  completeQuery,
  infoOf,
  matches,
  parseQuery,
  printQuery,
  QUERY_FIELD_NAMES,
  type Query,
  quoteValue,
} from "../src/query/index.ts";

function read(text: string): Query {
  const { query, error } = parseQuery(text);
  if (error) throw new Error(`column ${error.column}: ${error.message}`);
  return query;
}

const base: RequestUpdate = {
  id: "req-1",
  model: "gpt-4o",
  created: 0,
  prompt_tokens: 900,
  completion_tokens: 100,
  total_tokens: 1000,
  latency_ms: 2500,
  streaming: true,
  status: "error",
  cost: 0.01,
  provider: "openai",
  user_id: "42",
  error_type: "rate_limit_error",
  error_message: "Request timeout after 30 s",
  ttft_ms: 400,
  endpoint: "/v1/chat/completions",
  status_code: 429,
};

const found = (text: string, changes: Partial<RequestUpdate> = {}): boolean =>
  matches(read(text), { ...base, ...changes });

describe("a query", () => {
  test("[Q1] written out and read again is the same", () => {
    everyQuery((query) => {
      const text = printQuery(query);
      const again = read(text);
      const bare = ({ terms }: Query) => terms.map((term) => ({ ...term, at: null }));
      expect(bare(again)).toEqual(bare(query));
      expect(printQuery(again)).toBe(text);
    }, 2000);
  });

  test("[Q1] of any text is read or refused at a column within it", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "model",
        ":",
        "a",
        ",",
        '"',
        "-",
        ">",
        "=",
        "latency",
        "2s",
        " ",
        "\\",
        "(",
        "*",
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((list) => list.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { query, error } = parseQuery(text);
          if (query) {
            expect(printQuery(read(printQuery(query)))).toBe(printQuery(query));
          } else {
            expect(error.column).toBeGreaterThanOrEqual(1);
            expect(error.column).toBeLessThanOrEqual(text.length + 1);
            expect(error.message.length).toBeGreaterThan(10);
          }
        },
      ),
      { numRuns: runs(3000) },
    );
  });

  test.each([
    "model:gpt-4o status:error latency>2s user:42",
    '"timeout"',
    "-provider:anthropic",
    "cost>=0.01 cost<=$0.01 cost:0.01",
    "ttft<500ms",
    "tokens>999 tokens:1k tokens<1.1k",
    "endpoint:/v1/*",
    "type:rate_limit*",
    "type:*limit*error",
    "id:req-1",
    "model:GPT-4O",
    'model:"gpt-4o"',
    "model:o3,gpt-4*",
    "code:500,429",
    "code:>=400",
    "status!=success",
    "-user:7",
    "message:timeout",
    'message:"after 30 s",never',
    "TIMEOUT",
    "time*after",
    "latency:*",
    "-queue:*",
    "-service:*",
    "streaming:true demo:false",
    "",
    "   ",
  ])("%s finds it", (text) => {
    expect(found(text)).toBe(true);
  });

  test.each([
    "model:gpt-4",
    'model:"GPT-4o"',
    'model:"gpt-4*"',
    "latency>2500",
    "latency>3s",
    "service:*",
    "queue<1s",
    "-status:error",
    "message:timeout,never -code:429",
    "nothing",
    '"time*after"',
    "-timeout",
    "streaming:false",
    "demo:true",
  ])("%s does not find it", (text) => {
    expect(found(text)).toBe(false);
  });

  test("what is unknown is neither more nor less than anything", () => {
    expect(found("latency<1h", { latency_ms: null })).toBe(false);
    expect(found("-latency<1h", { latency_ms: null })).toBe(true);
    expect(found("-cost:*", { cost: null })).toBe(true);
  });

  test("a value in quotes is exactly that value, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (user, other) => {
        const query = read(`user:${quoteValue(user)}`);
        expect(matches(query, { ...base, user_id: user })).toBe(true);
        expect(matches(query, { ...base, user_id: other })).toBe(user === other);
      }),
    );
  });

  test("and its opposite part all requests", () => {
    everyQueryAndRequest(({ terms }, request) => {
      for (const term of terms) {
        const opposite = { ...term, negated: !term.negated };
        expect(matches({ terms: [term] }, request)).not.toBe(
          matches({ terms: [opposite] }, request),
        );
      }
    });
  });
});

describe("a wrong query is refused with where, and what was expected", () => {
  test.each([
    ["status:eror", 8, 4, "error", "status is success, error or in_progress; did you mean error?"],
    ["modle:x", 1, 5, "model", "modle is not a field; did you mean model?"],
    ["a latncy>2s", 3, 6, "latency", "latncy is not a field; did you mean latency?"],
    ["http://x", 1, 4, undefined, "http is not a field; put it in quotes to search for it as text"],
    [
      "latency>fast",
      9,
      4,
      undefined,
      "latency is compared with a duration such as 500ms, 2s or 1.5m",
    ],
    ["cost>", 6, 1, undefined, "cost has no value"],
    ["cost>2s", 6, 2, undefined, "cost is compared with an amount such as 0.01 or $2.50"],
    ["latency>1s,2s", 12, 2, undefined, "> takes one value"],
    ["model>x", 6, 1, undefined, "model can not be compared with >"],
    ["model:a,", 9, 1, undefined, "Nothing stands after the comma"],
    ['user:"x', 6, 2, undefined, "The quotation mark is not closed"],
    ['user:a"b"', 7, 1, undefined, "A quotation mark stands inside a word"],
    ['user:"a"b', 9, 1, undefined, "A value ends here"],
    ["x -", 4, 1, undefined, "Nothing stands after -"],
    ["--x", 2, 1, undefined, "One - is enough"],
    ["streaming:yes", 11, 3, undefined, "streaming is true or false"],
  ])("%s", (text, column, length, suggestion, message) => {
    const { error } = parseQuery(text);
    expect(error).toMatchObject({ column, length, message, ...(suggestion && { suggestion }) });
    expect(error?.suggestion).toBe(suggestion);
  });

  test("parentheses and OR say what to write instead", () => {
    expect(parseQuery("(a)").error?.message).toContain("model:a,b");
    expect(parseQuery("a OR b").error).toMatchObject({ column: 3, length: 2 });
  });

  test("one that is too long, or has too many values, is refused quickly", () => {
    expect(parseQuery("a".repeat(5000)).error?.column).toBe(4097);
    expect(parseQuery(`id:${"a,".repeat(300)}a`).error?.message).toContain("200");
    const stars = "*a".repeat(1000);
    expect(found(`message:${stars}`, { error_message: "a".repeat(2000) })).toBe(true);
  });
});

describe("completion", () => {
  const labels = (text: string, known = {}) =>
    completeQuery(text, text.length, known).options.map(({ insert }) => insert);

  test("offers fields, then operators, then values", () => {
    expect(labels("sta")).toEqual(["status:", "code"]);
    expect(labels("model:x -prov")).toEqual(["provider:"]);
    expect(labels("latency")).toContain(">=");
    expect(labels("status:")).toEqual(["success", "error", "in_progress"]);
    expect(labels("status:success,er")).toEqual(["error"]);
    expect(labels("model:GPT", { model: ["o3", "gpt-4o", "my gpt"] })).toEqual([
      "gpt-4o",
      '"my gpt"',
    ]);
    expect(labels('model:"my g', { model: ["my gpt"] })).toEqual(['"my gpt"']);
    expect(labels('"free te')).toEqual([]);
    expect(labels("").length).toBe(QUERY_FIELD_NAMES.length);
  });

  test("what it inserts makes the text it was asked for", () => {
    const text = "model:o3,gp status:error";
    const { from, to, options } = completeQuery(text, 11, { model: ["gpt-4o"] });
    expect(text.slice(0, from) + options[0]?.insert + text.slice(to)).toBe(
      "model:o3,gpt-4o status:error",
    );
    for (const field of QUERY_FIELD_NAMES) {
      const whole = `-${field}`;
      for (const option of completeQuery(whole, whole.length).options) {
        expect(option.insert.length).toBeGreaterThan(0);
      }
      expect(infoOf(field).about).not.toBe("");
    }
  });
});

test("docs/query.md names every field and every other name of it", () => {
  const text = readFileSync(new URL("../../../docs/query.md", import.meta.url), "utf8");
  for (const field of QUERY_FIELD_NAMES) {
    for (const name of [field, ...infoOf(field).aliases]) expect(text).toContain(`\`${name}\``);
  }
});
