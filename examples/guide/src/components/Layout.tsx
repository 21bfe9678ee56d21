import type { ReactNode } from "react";
import { ConnectionStatus } from "@/services";

/** Step 2: how the connection is doing, on every page. */
export function Layout({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-screen bg-gray-900 text-white">
      <header className="border-b border-gray-700 bg-gray-800 px-6 py-4">
        <div className="flex flex-wrap items-center justify-between gap-4">
          <h1 className="text-2xl font-bold">LLM service</h1>
          <nav className="flex gap-4">
            <a href="#/">Dashboard</a>
            <a href="#/monitoring">Monitoring</a>
          </nav>
          <ConnectionStatus showDetails showLatency />
        </div>
      </header>
      <main className="p-6">{children}</main>
    </div>
  );
}
