import { type FormEvent, useState } from "react";
import { Button } from "../alerts/Button.tsx";
import { ChoiceField, TextField } from "../alerts/FormField.tsx";
import { addKey, type Project } from "../services/access.ts";
import { objectionOf } from "../services/objection.ts";
import type { Scope } from "../services/session.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { Modal } from "../shell/Modal.tsx";

const scopes: readonly { value: Scope; name: string }[] = [
  { value: "ingest", name: "Send requests and engine figures" },
  { value: "read", name: "Read: pages, API and stream" },
  { value: "admin", name: "Everything, in every project" },
];

const DAY_MS = 86_400_000;
const lifetimes = [
  { value: "", name: "Never" },
  { value: "30", name: "In 30 days" },
  { value: "90", name: "In 90 days" },
  { value: "365", name: "In a year" },
];

interface KeyFormProps {
  readonly projects: readonly Project[];
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/** Makes a key, and shows it the one time it can be seen. */
export function KeyForm({ projects, onClose, onMade }: KeyFormProps) {
  const [name, setName] = useState("");
  const [project, setProject] = useState(projects[0]?.id ?? "default");
  const [scope, setScope] = useState<Scope>("ingest");
  const [days, setDays] = useState("");
  const [secret, setSecret] = useState<string>();
  const [problem, setProblem] = useState<{ readonly at: string; readonly text: string }>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    try {
      const expires = days === "" ? {} : { expires_at: Date.now() + Number(days) * DAY_MS };
      setSecret(await addKey({ name: name.trim(), project, scope, ...expires }));
      onMade();
    } catch (error) {
      const { path, text } = objectionOf(error);
      setProblem({ at: path ?? "name", text });
    }
  };
  const of = (at: string): string | undefined => (problem?.at === at ? problem.text : undefined);
  if (secret !== undefined) {
    return (
      <Modal title={`The key ${name.trim()}`} onClose={onClose}>
        <div className="flex flex-col gap-4 px-5 pb-5">
          <p className="text-muted">
            Copy it now: the server keeps only its hash, and nobody can see it again.
          </p>
          <p className="flex items-center gap-2 rounded-inner bg-raised py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 font-mono text-12 break-all">{secret}</code>
            <CopyButton text={secret} what="the key" />
          </p>
          <div className="flex justify-end">
            <Button primary data-first onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      </Modal>
    );
  }
  return (
    <Modal title="New key" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-4 px-5 pb-5"
      >
        <TextField
          autoFocus
          label="Name"
          value={name}
          onChange={setName}
          placeholder="grafana"
          problem={of("name")}
        />
        <ChoiceField
          label="For"
          value={scope}
          options={scopes}
          onChange={setScope}
          problem={of("scope")}
        />
        <ChoiceField
          label="Project"
          value={project}
          options={projects.map(({ id, name: shown }) => ({ value: id, name: shown }))}
          onChange={setProject}
          problem={of("project")}
        />
        <ChoiceField
          label="Ends"
          value={days}
          options={lifetimes}
          onChange={setDays}
          problem={of("expires_at")}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button primary type="submit">
            Make the key
          </Button>
        </div>
      </form>
    </Modal>
  );
}
