import { useState } from "react";
import { MessageType, useWebSocketSubscription } from "@/services";

/** Step 4: a message type of one's own choice; the payload's type is inferred. */
export function CustomComponent() {
  const [peak, setPeak] = useState(0);

  useWebSocketSubscription(MessageType.METRICS_UPDATE, (data) => {
    setPeak((known) => Math.max(known, data.requests_per_second));
  });

  return (
    <section aria-label="Peak" className="rounded-lg bg-gray-800 p-6">
      <h2 className="text-xl font-bold">Peak since this page opened</h2>
      <p className="tabular-nums">{peak.toFixed(1)} requests per second</p>
    </section>
  );
}
