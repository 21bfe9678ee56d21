import { type AnyEnvelope, accepts, envelope } from "@telltale/protocol";

/** The envelopes of a frame, as far as it has any. Nothing is said of what they hold. */
export function envelopesOf(frame: unknown): AnyEnvelope[] {
  try {
    const content: unknown = JSON.parse(String(frame));
    const messages: unknown[] = Array.isArray(content) ? content : [content];
    return messages.filter((one): one is AnyEnvelope => accepts(envelope, one));
  } catch {
    return [];
  }
}
