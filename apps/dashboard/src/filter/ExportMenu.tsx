import { ChevronDown, Download, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import { bytes } from "../format/bytes.ts";
import { requestsInWords } from "../format/number.ts";
import { spanInWords } from "../format/time.ts";
import { toast } from "../notices/toasts.ts";
import { type ExportFormat, exportFormats, exportRequests } from "../services/export.ts";
import { saveFile } from "../services/save-file.ts";
import { Popup } from "../theme/Popup.tsx";

interface ExportMenuProps {
  /** In the filter language. */
  readonly q: string;
  /** Unix ms. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Which requests the file will hold: more than the page has listed so far. */
function taken(q: string, from: number | undefined, to: number | undefined): string {
  const which = q === "" ? "All finished requests" : "All finished requests that match the filter";
  const when =
    from === undefined || to === undefined ? "that are kept" : `of ${spanInWords(from, to)}`;
  return `${which}, ${when}, not only those listed here`;
}

interface Running {
  readonly format: ExportFormat;
  readonly bytes: number;
  /** 0..1, where it can be told. */
  readonly share: number | undefined;
  readonly total: number | undefined;
}

/** What the list shows as a file. It is fetched while the page stays usable, and can be called off. */
export function ExportMenu({ q, from, to }: ExportMenuProps) {
  const [open, setOpen] = useState(false);
  const [running, setRunning] = useState<Running>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const start = async (format: ExportFormat): Promise<void> => {
    setOpen(false);
    const controller = new AbortController();
    abort.current = controller;
    setRunning({ format, bytes: 0, share: undefined, total: undefined });
    try {
      const file = await exportRequests({ format, q, from, to }, controller.signal, (progress) =>
        setRunning({ format, ...progress }),
      );
      saveFile(file.name, file.content.type, file.content);
      const text =
        file.total === undefined ? file.name : `${file.name}, ${requestsInWords(file.total)}`;
      toast({ id: "export", tone: "good", title: "The export is saved", text });
    } catch (error) {
      if (!controller.signal.aborted) {
        const text = error instanceof Error ? error.message : undefined;
        toast({ id: "export", tone: "bad", title: "The export failed", text });
      }
    } finally {
      setRunning(undefined);
    }
  };

  if (running) {
    return (
      <div
        role="status"
        className="flex h-8 items-center gap-2 rounded-inner border border-line-strong pl-3 text-12 max-md:h-11"
      >
        <progress
          className="h-1.5 w-20 accent-accent"
          aria-label="Export"
          {...(running.share !== undefined && { value: running.share })}
        />
        <span className="whitespace-nowrap text-muted numbers">
          {bytes(running.bytes)}
          {running.total !== undefined && ` · ${requestsInWords(running.total)}`}
        </span>
        <button
          type="button"
          aria-label="Cancel the export"
          onClick={() => abort.current?.abort()}
          className="grid size-8 place-items-center text-faint hover:text-ink max-md:size-11"
        >
          <X size={13} aria-hidden="true" />
        </button>
      </div>
    );
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-2.5 font-medium whitespace-nowrap transition-colors hover:bg-raised max-md:h-11">
        <Download size={13} aria-hidden="true" className="text-muted" />
        Export
        <ChevronDown size={13} aria-hidden="true" className="text-faint" />
      </Popover.Trigger>
      <Popup label="Export" className="w-60 p-1.5">
        <p className="px-2.5 pt-1 pb-1.5 text-12 text-muted">{taken(q, from, to)}</p>
        {exportFormats.map(({ format, name, about }) => (
          <button
            key={format}
            type="button"
            onClick={() => void start(format)}
            className="flex h-9 w-full items-center justify-between gap-3 rounded-inner px-2.5 text-left hover:bg-raised max-md:h-11"
          >
            <span className="font-medium">{name}</span>
            <span className="text-12 text-faint">{about}</span>
          </button>
        ))}
      </Popup>
    </Popover.Root>
  );
}
