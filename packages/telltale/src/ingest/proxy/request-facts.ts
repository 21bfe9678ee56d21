import { fieldsOf, textOf } from "./fields.ts";
import { eachText, memberOf, memberValue, soleObject } from "./json-members.ts";
import { tokensIn } from "./reading.ts";

/** What a call's body says about it. Texts are measured, never kept. */
export interface RequestFacts {
  readonly model: string | null;
  readonly streaming: boolean;
  readonly userId: string | null;
  /** Estimated from the length of the texts sent. */
  readonly promptTokens: number;
}

/** Members whose texts the model reads. */
const prompts = ["messages", "input", "prompt", "system", "instructions", "tools", "functions"];

/** @param streams whether an answer is streamed that nobody asked to be, or not to be */
export function factsOf(body: Buffer, streams = false): RequestFacts {
  const call = soleObject(body);
  if (call === null) return { model: null, streaming: false, userId: null, promptTokens: 0 };
  const value = (key: string): unknown => memberValue(body, memberOf(call, key));
  let bytes = 0;
  for (const key of prompts) {
    const prompt = memberOf(call, key);
    if (prompt === null) continue;
    eachText(body, prompt.valueStart, prompt.valueEnd, (text) => {
      if (!isMedia(text)) bytes += text.length;
    });
  }
  return {
    model: textOf(value("model")),
    streaming: streams ? value("stream") !== false : value("stream") === true,
    userId:
      textOf(value("user")) ??
      textOf(value("safety_identifier")) ??
      textOf(fieldsOf(value("metadata"))?.user_id),
    promptTokens: tokensIn(bytes),
  };
}

/** Images and sound as base64: long, without a space, and no measure of tokens. */
function isMedia(text: Buffer): boolean {
  if (text.length < 1_000) return false;
  const head = text.subarray(0, 1_000);
  return head.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x5c);
}
