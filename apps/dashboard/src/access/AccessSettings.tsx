import { useQuery } from "@tanstack/react-query";
import { Button } from "../alerts/Button.tsx";
import { Panel } from "../panels/Panel.tsx";
import { fetchKeys, fetchProjects } from "../services/access.ts";
import { useSessionState } from "../services/session.ts";
import { KeyList } from "./KeyList.tsx";
import { ProjectList } from "./ProjectList.tsx";
import { ProjectPicker } from "./ProjectPicker.tsx";
import { leave } from "./use-access-actions.ts";

/** Who one is here, and for administrators who else may be: nothing on a server of before keys. */
export function AccessSettings() {
  const state = useSessionState();
  if (state.name !== "in" || state.before) return null;
  const { auth, caller } = state.session;
  const admin = caller === null || caller.scope === "admin";
  return (
    <>
      <Panel title="Access">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3">
          <p className="min-w-0 flex-1 basis-60">
            {auth === "off" ? (
              "This server asks for no key: whoever reaches it may see and change everything. Keys made here count once it asks for them."
            ) : (
              <>
                Signed in with the key{" "}
                <strong className="font-medium">{caller?.key?.name ?? "of this server"}</strong>,{" "}
                {admin ? "for everything" : "for reading"}, in{" "}
                <strong className="font-medium">{caller?.project.name}</strong>.
              </>
            )}
          </p>
          <ProjectPicker className="max-sm:w-full" />
          {auth === "required" && <Button onClick={leave}>Sign out</Button>}
        </div>
      </Panel>
      {admin ? (
        <ProjectsAndKeys />
      ) : (
        <Panel title="Projects and keys">
          <p className="border-t border-line px-4 py-3 text-muted">
            Only an admin key shows and changes them. Ask whoever gave you yours.
          </p>
        </Panel>
      )}
    </>
  );
}

function ProjectsAndKeys() {
  const projects = useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => fetchProjects(signal),
  });
  const keys = useQuery({ queryKey: ["keys"], queryFn: ({ signal }) => fetchKeys(signal) });
  const failure = projects.error ?? keys.error;
  if (failure || !projects.data || !keys.data) {
    return (
      <Panel title="Projects and keys">
        <p className="border-t border-line px-4 py-3 text-muted">
          {failure ? `They could not be read. ${failure.message}` : "Asking the server"}
        </p>
      </Panel>
    );
  }
  return (
    <>
      <ProjectList projects={projects.data} keys={keys.data} />
      <KeyList projects={projects.data} keys={keys.data} />
    </>
  );
}
