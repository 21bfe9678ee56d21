import { useRealtimeMetrics } from "@/services";
import { CustomComponent } from "../components/CustomComponent";
import { ErrorMonitor } from "../components/ErrorMonitor";
import { ModelMonitor } from "../components/ModelMonitor";
import { SystemHealth } from "../components/SystemHealth";

export function Monitoring() {
  const { models } = useRealtimeMetrics();
  return (
    <div className="grid gap-6 md:grid-cols-2">
      <CustomComponent />
      <SystemHealth />
      <ErrorMonitor />
      {Array.from(models.keys()).map((modelName) => (
        <ModelMonitor key={modelName} modelName={modelName} />
      ))}
    </div>
  );
}
