"use client";

import type { WebSocketService } from "@telltale/client";
import { type ReactElement, useId } from "react";
import { useEachSecond } from "../components/use-each-second.ts";
import { useWebSocket } from "../context.ts";

function wanted({ subscription, subscriptions }: WebSocketService): string {
  const asked = JSON.stringify(subscription ?? {});
  const callbacks = [...subscriptions].map(([type, count]) => `${type} × ${count}`);
  return JSON.stringify([asked === "{}" ? "Everything" : asked, ...callbacks]);
}

/** What is asked of the stream, and which messages the application has callbacks for. */
export function Subscriptions(): ReactElement {
  const title = useId();
  const service = useWebSocket();
  const [asked, ...callbacks]: string[] = JSON.parse(useEachSecond(() => wanted(service)));
  return (
    <div>
      <b id={title}>Subscriptions</b>
      <ul aria-labelledby={title}>
        <li>
          Of the stream: <code>{asked}</code>
        </li>
        <li>Callbacks: {callbacks.join(", ") || "none"}</li>
      </ul>
    </div>
  );
}
