import { type FormEvent, useState } from "react";
import { fromZoned, zonedInput, zoneName } from "../format/zone.ts";
import {
  addSilence,
  type Matchers,
  type Rule,
  type Severity as SeverityName,
  severities,
} from "../services/alerts.ts";
import { objectionOf } from "../services/objection.ts";
import { RestError } from "../services/rest.ts";
import { Modal } from "../shell/Modal.tsx";
import { Button } from "./Button.tsx";
import { ChoiceField, TextField } from "./FormField.tsx";

const HOUR = 3_600_000;
const lengths = [
  { value: "1", name: "1 hour" },
  { value: "4", name: "4 hours" },
  { value: "8", name: "8 hours" },
  { value: "24", name: "1 day" },
  { value: "72", name: "3 days" },
  { value: "168", name: "1 week" },
  { value: "until", name: "Until a time" },
] as const;

interface SilenceFormProps {
  /** What it is to be for, as far as that is known. */
  readonly matchers: Matchers;
  readonly rules: readonly Rule[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Alerts that match are shown, and nobody is told, until a time. */
export function SilenceForm({ matchers, rules, onDone, onClose }: SilenceFormProps) {
  const [length, setLength] = useState<(typeof lengths)[number]["value"]>("1");
  const [until, setUntil] = useState(() => zonedInput(Date.now() + 24 * HOUR));
  const [rule, setRule] = useState(matchers.rule ?? "");
  const [model, setModel] = useState(matchers.model ?? "");
  const [severity, setSeverity] = useState<SeverityName | "">(matchers.severity ?? "");
  const [comment, setComment] = useState("");
  const [refused, setRefused] = useState<RestError>();
  const problem = (path: string): string | undefined =>
    refused?.path?.startsWith(path) ? objectionOf(refused).text : undefined;

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const ends = length === "until" ? fromZoned(until) : Date.now() + Number(length) * HOUR;
    try {
      await addSilence({
        matchers: {
          ...(rule !== "" && { rule }),
          ...(model.trim() !== "" && { model: model.trim() }),
          ...(severity !== "" && { severity }),
        },
        ends_at: ends ?? Number.NaN,
        comment,
      });
      onDone();
    } catch (error) {
      setRefused(error instanceof RestError ? error : new RestError(0, String(error)));
    }
  };
  const shownAtField =
    problem("ends_at") !== undefined ||
    problem("comment") !== undefined ||
    problem("matchers") !== undefined;
  return (
    <Modal title="Silence alerts" onClose={onClose}>
      <form
        onSubmit={(event) => void save(event)}
        noValidate
        className="flex flex-col gap-3 overflow-y-auto px-5 pb-5"
      >
        <p className="text-muted">
          What matches stays on the page, and nobody is told of it. Channels are told when the
          silence ends and it still fires.
        </p>
        <ChoiceField
          label="For how long"
          value={length}
          options={lengths}
          onChange={setLength}
          problem={length === "until" ? undefined : problem("ends_at")}
        />
        {length === "until" && (
          <TextField
            label="Until"
            type="datetime-local"
            value={until}
            onChange={setUntil}
            hint={`Time in ${zoneName()}`}
            problem={problem("ends_at")}
          />
        )}
        <ChoiceField
          label="Rule"
          value={rule}
          options={[
            { value: "", name: "Any rule" },
            ...rules.map(({ id, name }) => ({ value: id, name })),
          ]}
          onChange={setRule}
          problem={problem("matchers")}
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Model" value={model} placeholder="any" onChange={setModel} />
          <ChoiceField
            label="Severity"
            value={severity}
            options={[
              { value: "" as const, name: "Any" },
              ...severities.map((value) => ({ value, name: value })),
            ]}
            onChange={setSeverity}
          />
        </div>
        <TextField
          label="Why"
          value={comment}
          autoFocus
          placeholder="Such as: provider's maintenance"
          onChange={setComment}
          problem={problem("comment")}
        />
        {refused && !shownAtField && (
          <p role="alert" className="text-12 text-bad">
            {refused.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button changes primary type="submit">
            Silence
          </Button>
        </div>
      </form>
    </Modal>
  );
}
