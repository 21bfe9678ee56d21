import {
  type AnyEnvelope,
  type Cancel,
  MessageType,
  type WebSocketService,
} from "@telltale/client";

/**
 * Tells of each message as it is delivered. A service has no subscription to everything, so it is
 * one for each type of the contract; types of an application's own are not seen.
 */
export function watchMessages(
  service: WebSocketService,
  tell: (message: AnyEnvelope) => void,
): Cancel {
  const ends = Object.values(MessageType).map((type) =>
    service.subscribe<unknown>(type, (_data, message) => tell(message)),
  );
  return () => {
    for (const end of ends) end();
  };
}
