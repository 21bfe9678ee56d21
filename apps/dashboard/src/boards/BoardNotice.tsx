import type { ReactNode } from "react";

interface BoardNoticeProps {
  readonly tone: "info" | "bad";
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

/** A sentence above a board, with what can be done about it. */
export function BoardNotice({ tone, children, actions }: BoardNoticeProps) {
  return (
    <section
      role={tone === "bad" ? "alert" : "status"}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-base border px-4 py-2.5 ${tone === "bad" ? "border-bad/30 bg-bad-soft" : "border-line-strong bg-surface"}`}
    >
      <p className="min-w-60 flex-1">{children}</p>
      <div className="flex gap-2">{actions}</div>
    </section>
  );
}

interface NoticeButtonProps {
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function NoticeButton({ onClick, children }: NoticeButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="h-7 rounded-inner border border-line-strong bg-surface px-2.5 text-12 font-medium hover:bg-raised max-md:h-11 max-md:px-4"
    >
      {children}
    </button>
  );
}
