import { useSyncExternalStore } from "react";
import { Dashboard } from "./pages/Dashboard";
import { Monitoring } from "./pages/Monitoring";

function onHashChange(changed: () => void) {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

/** The smallest router there is; an application has its own. */
export function Routes() {
  const hash = useSyncExternalStore(onHashChange, () => window.location.hash);
  return hash === "#/monitoring" ? <Monitoring /> : <Dashboard />;
}
