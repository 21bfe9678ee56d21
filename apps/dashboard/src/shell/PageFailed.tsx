import type { ErrorComponentProps } from "@tanstack/react-router";

/** A page whose code could not be loaded or that failed as a whole. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <section
      role="alert"
      className="panel mx-auto mt-8 flex max-w-xl flex-col items-start gap-2 p-6"
    >
      <h2 className="text-14 font-semibold">This page could not be opened</h2>
      <p className="text-muted">
        The other pages work. If the server was updated while this page was open, load the page
        anew.
      </p>
      <p className="font-mono text-12 break-all text-faint">
        {error instanceof Error ? error.message : String(error)}
      </p>
      <div className="mt-2 flex gap-2">
        <button
          type="button"
          onClick={() => location.reload()}
          className="rounded-inner border border-line-strong px-3 py-1.5 font-medium hover:bg-raised max-md:min-h-11"
        >
          Load anew
        </button>
        <button
          type="button"
          onClick={reset}
          className="px-3 py-1.5 font-medium text-muted hover:text-ink"
        >
          Try again
        </button>
      </div>
    </section>
  );
}
