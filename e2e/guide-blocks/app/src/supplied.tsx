// What the guide leaves to its reader.
import { type ReactNode, useState } from "react";
import type { RequestUpdate } from "@/services";
import { CustomComponent } from "./blocks/CustomComponent";
import { Dashboard } from "./blocks/Dashboard";
import { ErrorMonitor } from "./blocks/ErrorMonitor";
import { ModelMonitor } from "./blocks/ModelMonitor";
import { SystemHealth } from "./blocks/SystemHealth";

export function Router({ children }: { children: ReactNode }) {
  return <div data-testid="router">{children}</div>;
}

/** Everything at once, and one component that is mounted later than the data came. */
export function Routes() {
  const [late, setLate] = useState(false);
  return (
    <>
      <Dashboard />
      <section aria-label="custom">
        <CustomComponent />
      </section>
      <section aria-label="errors">
        <ErrorMonitor />
      </section>
      <section aria-label="system">
        <SystemHealth />
      </section>
      <button type="button" onClick={() => setLate(true)}>
        Mount
      </button>
      <section aria-label="model">{late && <ModelMonitor modelName="gpt-4o-mini" />}</section>
      <section aria-label="unseen">
        <ModelMonitor modelName="nobody-called-me" />
      </section>
    </>
  );
}

export function MetricCard({ label, value }: { label: string; value: string }) {
  return (
    <section aria-label={label} className="card">
      {value}
    </section>
  );
}

export function RequestsTable({ requests }: { requests: RequestUpdate[] }) {
  return (
    <table>
      <tbody>
        {requests.map((request) => (
          <tr key={request.id}>
            <td>{request.id}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
