import { CircleCheck, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { Ways } from "../panels/FirstRun.tsx";
import { useLive } from "../services/live.tsx";
import { Modal } from "./Modal.tsx";

/** The ways to send data, at any time, and whether something came since this was opened. */
export default function SendData({ onClose }: { readonly onClose: () => void }) {
  const { metrics } = useLive();
  const total = (metrics?.total_requests ?? 0) + (metrics?.in_flight ?? 0);
  const [before] = useState(total);
  const received = total > before;
  const Icon = received ? CircleCheck : LoaderCircle;
  return (
    <Modal title="Send data" onClose={onClose} className="w-[min(48rem,calc(100vw-2rem))]">
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 pb-5">
        <p
          role="status"
          className={`flex items-center gap-2 ${received ? "text-good" : "text-muted"}`}
        >
          <Icon
            size={15}
            aria-hidden="true"
            className={received ? "" : "motion-safe:animate-spin"}
          />
          {received ? "A request has arrived since you opened this" : "Waiting for a request"}
        </p>
        <Ways />
      </div>
    </Modal>
  );
}
