import { SERIES_GROUPS } from "@telltale/protocol";
import { parseQuery } from "@telltale/protocol/query";
import { type ReactNode, useId, useState } from "react";
import { presets } from "../range/range.ts";
import { Modal } from "../shell/Modal.tsx";
import { MAX_NAME, type PanelKind, type PanelQuestion, panelKinds } from "./board.ts";
import { groupNames, heatmapMetrics, infoOf, kindNames, seriesMetrics } from "./metrics.ts";
import { usualTitle } from "./title.ts";

interface PanelEditorProps {
  /** What to start from. */
  readonly panel: PanelQuestion;
  /** It is on the board already. */
  readonly existing: boolean;
  readonly onSave: (panel: PanelQuestion) => void;
  readonly onClose: () => void;
}

const control =
  "h-8 w-full rounded-inner border border-line-strong bg-page px-2.5 max-md:h-11 max-md:text-16 aria-invalid:border-bad";

/** What a panel asks and how it shows it. */
export function PanelEditor({ panel, existing, onSave, onClose }: PanelEditorProps) {
  const [draft, setDraft] = useState(panel);
  const [q, setQ] = useState(panel.q ?? "");
  const { error } = parseQuery(q);
  const problem = useId();
  const split = draft.kind === "line" || draft.kind === "table";

  const choose = (kind: PanelKind): void => {
    const { group, ...rest } = draft;
    const metrics = kind === "heatmap" ? heatmapMetrics : seriesMetrics;
    const metric = Object.hasOwn(metrics, draft.metric)
      ? draft.metric
      : kind === "heatmap"
        ? "latency_ms"
        : "p95_latency_ms";
    const by = kind === "table" ? (group ?? "model") : kind === "line" ? group : undefined;
    setDraft({ ...rest, kind, metric, ...(by && { group: by }) });
  };
  const save = (): void => {
    const { q: _q, ...rest } = draft;
    onSave({ ...rest, title: draft.title.trim(), ...(q.trim() !== "" && { q: q.trim() }) });
  };

  return (
    <Modal title={existing ? "Edit panel" : "Add a panel"} onClose={onClose}>
      <form
        className="flex flex-col gap-4 overflow-y-auto px-5 pb-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!error) save();
        }}
      >
        <fieldset>
          <legend className="mb-1 text-12 text-muted">Shown as</legend>
          <div className="grid grid-cols-5 gap-1 rounded-inner border border-line p-0.5 max-sm:grid-cols-3">
            {panelKinds.map((kind) => (
              <label
                key={kind}
                className="flex h-7 cursor-pointer items-center justify-center rounded-[3px] text-12 font-medium text-muted has-checked:bg-raised has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent max-md:h-11"
              >
                <input
                  type="radio"
                  name="kind"
                  checked={draft.kind === kind}
                  onChange={() => choose(kind)}
                  className="sr-only"
                />
                {kindNames[kind]}
              </label>
            ))}
          </div>
        </fieldset>
        <Labelled label="Metric">
          {(id) => (
            <select
              id={id}
              value={draft.metric}
              onChange={(event) =>
                setDraft({ ...draft, metric: event.target.value as PanelQuestion["metric"] })
              }
              className={control}
            >
              <MetricOptions kind={draft.kind} />
            </select>
          )}
        </Labelled>
        {split && (
          <Labelled label={draft.kind === "table" ? "Row for each" : "Line for each"}>
            {(id) => (
              <select
                id={id}
                value={draft.group ?? ""}
                onChange={(event) => {
                  const { group: _group, ...rest } = draft;
                  const group = SERIES_GROUPS.find((each) => each === event.target.value);
                  setDraft({ ...rest, ...(group && { group }) });
                }}
                className={control}
              >
                {draft.kind === "line" && <option value="">One line for all</option>}
                {SERIES_GROUPS.map((group) => (
                  <option key={group} value={group}>
                    {groupNames[group]}
                  </option>
                ))}
              </select>
            )}
          </Labelled>
        )}
        <Labelled label="Only requests with">
          {(id) => (
            <>
              <input
                id={id}
                value={q}
                onChange={(event) => setQ(event.target.value)}
                placeholder="all requests, or such as model:gpt-4o* status:error"
                aria-invalid={error ? true : undefined}
                aria-describedby={error ? problem : undefined}
                spellCheck={false}
                autoComplete="off"
                className={`${control} placeholder:text-faint`}
              />
              {error && (
                <span id={problem} role="alert" className="mt-1 block text-12 text-bad">
                  Column {error.column}: {error.message}
                </span>
              )}
            </>
          )}
        </Labelled>
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label="Time range">
            {(id) => (
              <select
                id={id}
                value={draft.range ?? ""}
                onChange={(event) => {
                  const { range: _range, ...rest } = draft;
                  const range = event.target.value;
                  setDraft({ ...rest, ...(range !== "" && { range }) });
                }}
                className={control}
              >
                <option value="">The page's</option>
                {presets.map(({ name, long }) => (
                  <option key={name} value={name}>
                    {long}
                  </option>
                ))}
              </select>
            )}
          </Labelled>
          <Labelled label="Title">
            {(id) => (
              <input
                id={id}
                value={draft.title}
                maxLength={MAX_NAME}
                onChange={(event) => setDraft({ ...draft, title: event.target.value })}
                placeholder={usualTitle(draft)}
                className={`${control} placeholder:text-faint`}
              />
            )}
          </Labelled>
        </div>
        <div className="flex justify-end gap-2">
          <button
            type="button"
            onClick={onClose}
            className="h-8 rounded-inner px-3 font-medium text-muted hover:text-ink max-md:h-11"
          >
            Cancel
          </button>
          <button
            type="submit"
            disabled={error !== undefined}
            className="h-8 rounded-inner bg-accent px-3 font-medium text-page disabled:opacity-50 max-md:h-11"
          >
            {existing ? "Save" : "Add panel"}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function MetricOptions({ kind }: { readonly kind: PanelKind }) {
  const metrics = Object.keys(
    kind === "heatmap" ? heatmapMetrics : seriesMetrics,
  ) as PanelQuestion["metric"][];
  const headings = [...new Set(metrics.map((metric) => infoOf(kind, metric).about))];
  return headings.map((about) => (
    <optgroup key={about} label={about}>
      {metrics
        .filter((metric) => infoOf(kind, metric).about === about)
        .map((metric) => (
          <option key={metric} value={metric}>
            {infoOf(kind, metric).name}
          </option>
        ))}
    </optgroup>
  ));
}

interface LabelledProps {
  readonly label: string;
  readonly children: (id: string) => ReactNode;
}

function Labelled({ label, children }: LabelledProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-12 text-muted">
        {label}
      </label>
      {children(id)}
    </div>
  );
}
