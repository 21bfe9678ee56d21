import { ConnectionStatus, TelltaleBoundary, WebSocketProvider } from "@telltale/react";
import type { ReactNode } from "react";
import { Errors } from "./Errors";
import { Figures } from "./Figures";
import { Machine } from "./Machine";
import { Models } from "./Models";

export function App() {
  return (
    <WebSocketProvider config={{ url: import.meta.env.VITE_TELLTALE_URL }}>
      <header>
        <h1>LLM service</h1>
        <ConnectionStatus showDetails showLatency />
      </header>
      <main>
        <Panel title="Now">
          <Figures />
        </Panel>
        <Panel title="Models">
          <Models />
        </Panel>
        <Panel title="Errors">
          <Errors />
        </Panel>
        <Panel title="Machine">
          <Machine />
        </Panel>
      </main>
    </WebSocketProvider>
  );
}

/** A panel that fails to render says so and leaves the others alone. */
function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <TelltaleBoundary
        fallback={(_error, retry) => (
          <p role="alert">
            This panel could not be shown.{" "}
            <button type="button" onClick={retry}>
              Try again
            </button>
          </p>
        )}
      >
        {children}
      </TelltaleBoundary>
    </section>
  );
}
