import { printable } from "../printable.ts";
import type { Paint, Style } from "../tail/line.ts";
import type { Result } from "./examine.ts";
import type { Status } from "./finding.ts";

const styles: Readonly<Record<Status, Style>> = {
  ok: "good",
  note: "dim",
  warn: "warn",
  fail: "bad",
  skip: "dim",
};

/** One check on one line. */
export function resultLine({ status, check, measured, advice }: Result, paint: Paint): string {
  const word = paint(styles[status], status.padEnd(4));
  const todo = advice === undefined ? "" : ` → ${printable(advice)}`;
  return `${word}  ${check.padEnd(13)}  ${printable(measured)}${todo}`;
}

/** The worst of them. */
export function verdictOf(results: readonly Result[]): "ok" | "warn" | "fail" {
  const has = (status: Status): boolean => results.some((result) => result.status === status);
  if (has("fail")) return "fail";
  return has("warn") ? "warn" : "ok";
}

export function verdictLine(results: readonly Result[], paint: Paint): string {
  const verdict = verdictOf(results);
  const number = (status: Status, one: string, many: string): string => {
    const count = results.filter((result) => result.status === status).length;
    return `${count} ${count === 1 ? one : many}`;
  };
  const sentence = {
    ok: "nothing to do",
    warn: `it works; ${number("warn", "warning", "warnings")}`,
    fail: `${number("fail", "check", "checks")} failed, ${number("warn", "warning", "warnings")}`,
  }[verdict];
  return `${paint(styles[verdict], verdict.padEnd(4))}  ${sentence}`;
}
