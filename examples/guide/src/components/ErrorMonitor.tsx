import { useState } from "react";
import { useErrorMonitor } from "@/services";

/** Step 6: errors as they arrive, the worst of them announced. */
export function ErrorMonitor() {
  const [alarm, setAlarm] = useState<string>();
  const { errors, errorCount, clearErrors } = useErrorMonitor({
    maxSize: 50,
    onError: (error) => {
      if (error.severity === "critical") setAlarm(error.error_message);
    },
  });

  return (
    <section aria-label="Errors" className="rounded-lg bg-gray-800 p-6">
      <h2 className="text-xl font-bold">Errors ({errorCount})</h2>
      {alarm && <p role="alert">Critical: {alarm}</p>}
      <button type="button" className="underline" onClick={clearErrors}>
        Clear
      </button>
      <ul>
        {errors.map((error) => (
          <li key={`${error.timestamp} ${error.request_id ?? error.error_message}`}>
            {error.error_type}: {error.error_message}
          </li>
        ))}
      </ul>
    </section>
  );
}
