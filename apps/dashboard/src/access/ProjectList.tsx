import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../alerts/Button.tsx";
import { TextField } from "../alerts/FormField.tsx";
import { count } from "../format/number.ts";
import { Panel } from "../panels/Panel.tsx";
import {
  addProject,
  type Key,
  type Project,
  removeProject,
  renameProject,
} from "../services/access.ts";
import { objectionOf } from "../services/objection.ts";
import { askSession } from "../services/session.ts";
import { Modal } from "../shell/Modal.tsx";
import { Confirm } from "./Confirm.tsx";

interface ProjectListProps {
  readonly projects: readonly Project[];
  readonly keys: readonly Key[];
}

/** The server's own, which cannot be removed. */
const FIRST = "default";

/** Projects are kept apart: each has requests, rules and a live page of its own. */
export function ProjectList({ projects, keys }: ProjectListProps) {
  const queries = useQueryClient();
  const [naming, setNaming] = useState<Project | "new">();
  const [removing, setRemoving] = useState<Project>();
  const changed = async (): Promise<void> => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["projects"] }),
      queries.invalidateQueries({ queryKey: ["keys"] }),
      // The picker lists them too.
      askSession(),
    ]);
  };
  return (
    <Panel
      title="Projects"
      note={projects.length > 1 ? count(projects.length) : undefined}
      action={
        <Button className="-mr-2" onClick={() => setNaming("new")}>
          <Plus size={14} aria-hidden="true" />
          New project
        </Button>
      }
    >
      <ul>
        {projects.map((project) => {
          const own = keys.filter((key) => key.project === project.id).length;
          return (
            <li key={project.id} className="flex items-center gap-2 border-t border-line px-4 py-2">
              <span className="min-w-0 flex-1">
                <span className="block font-medium break-words">{project.name}</span>
                <span className="block text-12 text-muted">
                  <code className="font-mono">{project.id}</code> ·{" "}
                  {own === 1 ? "1 key" : `${count(own)} keys`}
                </span>
              </span>
              <IconButton name={`Rename ${project.name}`} onClick={() => setNaming(project)}>
                <Pencil size={14} aria-hidden="true" />
              </IconButton>
              {project.id !== FIRST && (
                <IconButton name={`Remove ${project.name}`} onClick={() => setRemoving(project)}>
                  <Trash2 size={14} aria-hidden="true" />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
      {naming && (
        <ProjectForm project={naming} onClose={() => setNaming(undefined)} onDone={changed} />
      )}
      {removing && (
        <Confirm
          title={`Remove ${removing.name}`}
          verb="Remove"
          onClose={() => setRemoving(undefined)}
          run={async () => {
            await removeProject(removing.id);
            await changed();
          }}
        >
          Its keys end, and its figures are no longer shown. This cannot be undone.
        </Confirm>
      )}
    </Panel>
  );
}

interface ProjectFormProps {
  readonly project: Project | "new";
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

function ProjectForm({ project, onClose, onDone }: ProjectFormProps) {
  const [name, setName] = useState(project === "new" ? "" : project.name);
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await (project === "new" ? addProject(name.trim()) : renameProject(project.id, name.trim()));
      await onDone();
      onClose();
    } catch (error) {
      setProblem(objectionOf(error).text);
    }
  };
  return (
    <Modal title={project === "new" ? "New project" : `Rename ${project.name}`} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-4 px-5 pb-5"
      >
        <TextField autoFocus label="Name" value={name} onChange={setName} problem={problem} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button primary type="submit">
            {project === "new" ? "Make the project" : "Rename"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
