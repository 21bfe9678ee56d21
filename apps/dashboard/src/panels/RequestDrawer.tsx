import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useRef } from "react";
import type { RequestUpdate } from "@/services";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { fetchRequest } from "../services/rest.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { RequestDetails } from "./RequestDetails.tsx";

interface RequestDrawerProps {
  readonly id: string | undefined;
  /** The request as the list has it, if it does. */
  readonly live: RequestUpdate | undefined;
  readonly onClose: () => void;
}

/** One request's details at the side. The list stays usable: another row shows another request. */
export function RequestDrawer({ id, live, onClose }: RequestDrawerProps) {
  const stored = useQuery({
    queryKey: ["request", id],
    queryFn: ({ signal }) => fetchRequest(id ?? "", signal),
    enabled: id !== undefined && live === undefined,
    retry: false,
  });
  const now = useLiveHistory().now();
  const request = live ?? stored.data;
  const opened = useRef<string>(undefined);
  useEffect(() => {
    if (id !== undefined) opened.current = id;
  }, [id]);
  const backToRow = (event: Event): void => {
    event.preventDefault();
    const row = document.querySelector<HTMLElement>(
      `[data-request="${CSS.escape(opened.current ?? "")}"]`,
    );
    (row ?? document.querySelector<HTMLElement>("[role=grid]"))?.focus();
  };
  return (
    <Dialog.Root open={id !== undefined} modal={false} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={backToRow}
          className="fixed top-14 right-0 bottom-0 z-30 flex w-full flex-col border-l border-line bg-surface outline-none max-sm:border-l-0 sm:w-[27.5rem] sm:shadow-[-16px_0_32px_-24px_rgb(0_0_0/0.35)]"
        >
          <div className="flex h-12 shrink-0 items-center justify-between gap-3 border-b border-line pr-2 pl-5">
            <Dialog.Title className="truncate text-14 font-semibold">
              {request?.model ?? "Request"}
            </Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="flex size-9 items-center justify-center rounded-inner text-muted hover:bg-raised hover:text-ink max-md:size-11"
            >
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-5">
            <PanelBoundary name="The request">
              {request ? (
                <RequestDetails request={request} now={now} />
              ) : (
                <p className="text-muted">
                  {stored.isError
                    ? `This request could not be read. ${stored.error.message}`
                    : "Reading the request"}
                </p>
              )}
            </PanelBoundary>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
