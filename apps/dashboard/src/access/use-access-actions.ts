import { toast } from "../notices/toasts.ts";
import { showProject, signOut, useSession } from "../services/session.ts";
import { type Action, useActions } from "../shortcuts/actions.ts";

function failed(title: string): (error: unknown) => void {
  return (error) =>
    toast({ id: "access", tone: "bad", title, text: error instanceof Error ? error.message : "" });
}

export function chooseProject(id: string): void {
  showProject(id).catch(failed("The project stays as it was"));
}

export function leave(): void {
  signOut().catch(failed("You are still signed in"));
}

/** Signing out and other projects, for the palette: where there is something to leave or to choose. */
export function useAccessActions(): void {
  const session = useSession();
  const shown = session?.caller?.project.id;
  const actions: Action[] = (session?.projects ?? [])
    .filter(({ id }) => shown !== undefined && id !== shown)
    .map(({ id, name }) => ({
      id: `project-${id}`,
      name: `Show project ${name}`,
      group: "Go to",
      also: "switch team",
      run: () => chooseProject(id),
    }));
  if (session?.auth === "required") {
    actions.push({
      id: "sign-out",
      name: "Sign out",
      group: "View",
      also: "leave log out",
      run: leave,
    });
  }
  useActions(actions, { shell: true });
}
