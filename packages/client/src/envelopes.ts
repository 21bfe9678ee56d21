import { type AnyEnvelope, accepts, envelope } from "@telltale/protocol";

/** The envelopes in a frame. Their payloads were not looked at. */
export function envelopesOf(frame: unknown): AnyEnvelope[] {
  try {
    const content: unknown = JSON.parse(String(frame));
    const messages: unknown[] = Array.isArray(content) ? content : [content];
    return messages.filter((one): one is AnyEnvelope => accepts(envelope, one));
  } catch {
    return [];
  }
}
