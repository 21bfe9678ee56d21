import { accepts, array, envelope } from "@telltale/protocol";
import { answerText } from "./event-stream.ts";
import { excerpt, type Finding, ms, note, ok } from "./finding.ts";
import { type Answer, ask } from "./request.ts";
import type { Target } from "./target.ts";

export interface Poll {
  readonly answer: Answer;
  /** The body when it was JSON. */
  readonly body: unknown;
}

const mostBody = 64 * 1024 * 1024;

/** Asks once, waiting no longer than a second for news. */
export async function probeLongPoll(target: Target): Promise<Poll | Error> {
  const exchange = await ask(target, "application/json", { wait: "1" });
  if (exchange instanceof Error) return exchange;
  const { answer, response, close } = exchange;
  if (answer.status !== 200 || !/\bjson\b/i.test(answer.contentType)) {
    close();
    return { answer, body: undefined };
  }
  let text = "";
  response.setEncoding("utf8");
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, target.patience.answer);
    response.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > mostBody) close();
    });
    response.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  close();
  try {
    return { answer, body: JSON.parse(text) };
  } catch {
    return { answer, body: undefined };
  }
}

const envelopes = array(envelope);

/** Whether there is a way for those who can only ask. */
export function judgeLongPoll(poll: Poll | Error): Finding {
  if (poll instanceof Error) return note(`not available: ${excerpt(poll.message)}`);
  const { answer, body } = poll;
  if (accepts(envelopes, body)) return ok(`available, answered after ${ms(answer.took)}`);
  return note(`not available (${answerText(answer)})`);
}
