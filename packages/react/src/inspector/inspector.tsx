"use client";

import {
  type KeyboardEvent,
  type ReactElement,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { useBaseStyles, useStyles } from "../components/base-styles.ts";
import { stateWords } from "../components/wording.ts";
import { useWebSocket } from "../context.ts";
import { useConnectionStatus } from "../hooks/use-connection-status.ts";
import { css } from "./css.ts";
import { Panel } from "./panel.tsx";
import { Recorder } from "./recorder.ts";

/** What `TelltaleInspector` can be told. */
export interface TelltaleInspectorProps {
  /** Begin with the panel open. Default false: a button. */
  defaultOpen?: boolean | undefined;
  /** The edge the panel begins at; it can be moved. Default `bottom`. */
  defaultDock?: "bottom" | "right" | undefined;
  /** Classes of your own; they win over the base look. */
  className?: string | undefined;
}

/**
 * What travels on the connection: the newest 500 frames of either direction, rates, bytes, latency,
 * states, types, subscriptions. It records from mounting on, folded or not.
 */
export function TelltaleInspector(props: TelltaleInspectorProps): ReactElement {
  const { defaultOpen = false, defaultDock = "bottom", className } = props;
  useBaseStyles();
  useStyles(css);
  const service = useWebSocket();
  const { state } = useConnectionStatus();
  const recorder = useMemo(() => new Recorder(service), [service]);
  useEffect(() => recorder.start(), [recorder]);
  const [open, setOpen] = useState(defaultOpen);
  const [dock, setDock] = useState(defaultDock);
  const toggle = useRef<HTMLButtonElement>(null);
  const panelId = useId();

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    toggle.current?.focus();
  };
  return (
    <section
      className={["telltale-inspector", className].filter(Boolean).join(" ")}
      aria-label="Telltale inspector"
      data-dock={dock}
      data-open={open || undefined}
      onKeyDown={onKeyDown}
    >
      <button
        ref={toggle}
        type="button"
        className="telltale-inspector-toggle"
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        data-state={state}
        onClick={() => setOpen(!open)}
      >
        <span className="telltale-mark" aria-hidden="true" />
        Inspector<span className="telltale-inspector-quiet">{stateWords[state]}</span>
        <span aria-hidden="true">{open ? "▾" : "▴"}</span>
      </button>
      {open && (
        <Panel
          id={panelId}
          recorder={recorder}
          dock={dock}
          onDock={() => setDock(dock === "bottom" ? "right" : "bottom")}
        />
      )}
    </section>
  );
}
