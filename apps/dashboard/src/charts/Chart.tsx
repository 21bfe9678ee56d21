import { Check, Link } from "lucide-react";
import { memo, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { PanelMenu } from "../panels/PanelMenu.tsx";
import { ChartBody, type ChartBodyProps } from "./ChartBody.tsx";
import { chartFiles, type ShownChart } from "./chart-menu.ts";

interface ChartProps extends Omit<ChartBodyProps, "log" | "fill"> {
  /** What the figures are of, such as "trailing 10 s". */
  readonly note?: string;
  /** Offers a logarithmic scale. */
  readonly offerLog?: boolean;
}

/** One question, its line over time, and the answer as a table. */
export function Chart({ note, offerLog, ...body }: ChartProps) {
  const { title, series, drawing, from, to } = body;
  const [log, setLog] = useState(false);
  const section = useRef<HTMLElement>(null);
  const shown = useRef<ShownChart>({ title, note, series, unit: drawing.unit, from, to });
  useEffect(() => {
    shown.current = { title, note, series, unit: drawing.unit, from, to };
  });
  const id = `chart-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  useEffect(() => {
    // The page is loaded after the address, so the browser found nothing to scroll to.
    if (location.hash === `#${id}`) section.current?.scrollIntoView({ block: "center" });
  }, [id]);
  return (
    <section
      ref={section}
      id={id}
      className="panel flex min-w-0 scroll-mt-20 flex-col gap-2 p-4 pb-3"
    >
      <header className="flex items-baseline gap-2">
        <h2 className="min-w-0 flex-1 truncate text-13 font-medium">
          {title}
          {note && <span className="ml-2 text-12 font-normal text-faint">{note}</span>}
        </h2>
        {offerLog && (
          <button
            type="button"
            aria-pressed={log}
            onClick={() => setLog(!log)}
            className="-my-1 rounded-inner px-1.5 py-1 text-12 text-faint transition-colors hover:bg-raised hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink max-md:min-h-11 max-md:px-3"
          >
            Log scale
          </button>
        )}
        <ChartMenu title={title} id={id} shown={shown} section={section} />
      </header>
      <ChartBody {...body} log={log} />
    </section>
  );
}

interface ChartMenuProps {
  readonly title: string;
  readonly id: string;
  readonly shown: RefObject<ShownChart>;
  readonly section: RefObject<HTMLElement | null>;
}

/** Apart from the chart, which is drawn anew with every figure. */
const ChartMenu = memo(function ChartMenu({ title, id, shown, section }: ChartMenuProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const items = useMemo(() => {
    const files = chartFiles(
      () => shown.current,
      () => section.current?.querySelector("canvas"),
    );
    const link = {
      name: "Copy link",
      icon: Link,
      run: () => {
        const address = new URL(location.href);
        address.hash = id;
        // Refused where the page is not served securely; the address bar still has it.
        navigator.clipboard?.writeText(address.href).then(
          () => setCopied(true),
          () => {
            location.hash = id;
          },
        );
      },
    };
    return [files, [link]];
  }, [id, shown, section]);
  return (
    <>
      <span role="status" className="flex items-center gap-1 text-12 text-good empty:hidden">
        {copied && (
          <>
            <Check size={12} aria-hidden="true" /> Link copied
          </>
        )}
      </span>
      <PanelMenu title={title} items={items} />
    </>
  );
});
