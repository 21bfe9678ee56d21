import type { AnyEnvelope, Envelope } from "@telltale/protocol";
import type { Reporter } from "./reporter.ts";

/** Gets the payload of a message, and the whole message. */
export type MessageCallback<Data = unknown, Type extends string = string> = (
  data: Data,
  message: Envelope<Type, Data>,
) => void;

/** Who wants which messages, by type. */
export type Subscribers = Map<string, Set<MessageCallback<never>>>;

/** Each gets the message, whatever the one before did with it. */
export function deliver(message: AnyEnvelope, subscribers: Subscribers, reporter: Reporter): void {
  for (const callback of [...(subscribers.get(message.type) ?? [])]) {
    // The inbox has held known payloads against their schema; others are typed by their owner.
    reporter.guard(message.type, () =>
      callback(message.data as never, message as Envelope<string, never>),
    );
  }
}
