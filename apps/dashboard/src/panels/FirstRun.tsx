import { CircleCheck, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { CopyButton } from "../shell/CopyButton.tsx";
import { type Way, waysToSend } from "./ways-to-send.ts";

interface FirstRunProps {
  /** The first event has arrived. */
  readonly received: boolean;
  readonly onLeave: () => void;
}

/** Before the first request: three ways to send it, and whether it has come. */
export default function FirstRun({ received, onLeave }: FirstRunProps) {
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 pt-2 md:pt-6">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-2">
        <div>
          <h2 className="text-20 font-semibold tracking-[-0.015em]">Send the first request</h2>
          <p className="mt-1 text-muted">
            Any one of these is enough. The page fills as soon as it arrives.
          </p>
        </div>
        <Arrival received={received} onLeave={onLeave} />
      </header>
      <Ways />
      <p className="text-12 text-faint">
        Nothing to send yet? Start the server with{" "}
        <code className="font-mono">npm start -- --demo</code> to see made-up traffic, labelled as
        such.
      </p>
    </div>
  );
}

/** The ways to send a request, each with something to paste. */
export function Ways() {
  return waysToSend(location.origin).map((way, index) => (
    <WayCard key={way.title} way={way} number={index + 1} />
  ));
}

function Arrival({ received, onLeave }: FirstRunProps) {
  return (
    <div className="flex items-center gap-3">
      <p
        role="status"
        className={`flex h-8 items-center gap-2 rounded-full border px-3 text-12 font-medium transition-colors ${received ? "border-good/50 text-good" : "border-line text-muted"}`}
      >
        {received ? (
          <CircleCheck size={15} aria-hidden="true" />
        ) : (
          <LoaderCircle size={14} className="motion-safe:animate-spin" aria-hidden="true" />
        )}
        {received ? "The first event has arrived" : "Waiting for the first event"}
      </p>
      {received && (
        <button
          type="button"
          onClick={onLeave}
          className="rounded-inner font-medium text-accent hover:underline"
        >
          Open the overview
        </button>
      )}
    </div>
  );
}

function WayCard({ way, number }: { readonly way: Way; readonly number: number }) {
  const [chosen, setChosen] = useState(0);
  const snippet = way.snippets[chosen] ?? way.snippets[0];
  return (
    <section className="panel overflow-hidden" aria-label={way.title}>
      <div className="flex items-start justify-between gap-x-6 gap-y-3 p-4 pb-3 max-md:flex-col">
        <div className="flex gap-3">
          <span aria-hidden="true" className="w-4 shrink-0 font-medium text-faint numbers">
            {number}
          </span>
          <div>
            <h3 className="font-medium">{way.title}</h3>
            <p className="mt-0.5 text-muted">{way.note}</p>
          </div>
        </div>
        {way.snippets.length > 1 && (
          <fieldset className="flex shrink-0 rounded-inner border border-line p-0.5 max-md:w-full">
            <legend className="sr-only">Language</legend>
            {way.snippets.map(({ name }, index) => (
              <button
                key={name}
                type="button"
                aria-pressed={index === chosen}
                onClick={() => setChosen(index)}
                className="h-6 flex-1 rounded-[3px] px-2.5 text-12 font-medium whitespace-nowrap text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink max-md:h-10"
              >
                {name}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <div className="flex items-start gap-2 border-t border-line bg-page py-2 pr-2 pl-4">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="min-w-0 flex-1 overflow-x-auto py-1 font-mono text-12 leading-5"
        >
          {snippet.code}
        </pre>
        <CopyButton text={snippet.code} what={`the ${snippet.name} snippet`} />
      </div>
    </section>
  );
}
