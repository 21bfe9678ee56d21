import { excerpt, type Finding, ms, note, ok } from "./finding.ts";
import { type Answer, ask } from "./request.ts";
import type { Frame } from "./socket.ts";
import type { Target } from "./target.ts";

export interface EventStream {
  readonly answer: Answer;
  /** Data of the events, with the time they arrived. */
  readonly events: readonly Frame[];
}

const mostPending = 64 * 1024 * 1024;

/** Gathers data of server-sent events (WHATWG HTML, 9.2) from text as it comes. */
export class EventReader {
  readonly events: Frame[] = [];
  #pending = "";
  #data: string[] = [];

  take(text: string, at: number): void {
    const lines = (this.#pending + text).split(/\r\n|\n|\r(?!$)/);
    this.#pending = lines.pop() ?? "";
    if (this.#pending.length > mostPending) this.#pending = "";
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length > 0) this.events.push({ text: this.#data.join("\n"), at });
        this.#data = [];
      } else if (line === "data" || line.startsWith("data:")) {
        this.#data.push(line.slice(5).replace(/^ /, ""));
      }
    }
  }
}

/** Reads the stream as server-sent events for as long as the target's patience to listen lasts. */
export async function probeEventStream(target: Target): Promise<EventStream | Error> {
  const exchange = await ask(target, "text/event-stream");
  if (exchange instanceof Error) return exchange;
  const { answer, response, close } = exchange;
  const reader = new EventReader();
  if (isEventStream(answer)) {
    response.setEncoding("utf8");
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, target.patience.listen);
      response.on("data", (chunk: string) => reader.take(chunk, Date.now()));
      response.on("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  close();
  return { answer, events: reader.events };
}

function isEventStream({ status, contentType }: Answer): boolean {
  return status === 200 && /^text\/event-stream\b/i.test(contentType);
}

/** Whether there is a way for those whose network lets no WebSocket through. */
export function judgeEventStream(stream: EventStream | Error): Finding {
  if (stream instanceof Error) return note(`not available: ${excerpt(stream.message)}`);
  const { answer } = stream;
  if (isEventStream(answer)) return ok(`available, answered after ${ms(answer.took)}`);
  return note(`not available (${answerText(answer)})`);
}

export function answerText({ status, contentType }: Answer): string {
  return contentType ? `${status}, ${excerpt(contentType, 60)}` : `${status}`;
}
