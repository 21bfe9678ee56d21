import { useErrorMonitor } from "@telltale/react";

export function Errors() {
  const { errors, errorCount } = useErrorMonitor({ maxSize: 5 });
  if (errorCount === 0) return <p>None so far.</p>;

  return (
    <ul>
      {errors.map((error) => (
        <li key={`${error.timestamp} ${error.request_id ?? error.error_message}`}>
          <strong>{error.error_type}</strong> {error.error_message}
        </li>
      ))}
    </ul>
  );
}
