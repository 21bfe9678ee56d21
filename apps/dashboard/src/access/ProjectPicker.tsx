import { useSession } from "../services/session.ts";
import { Dropdown } from "../theme/Dropdown.tsx";
import { chooseProject } from "./use-access-actions.ts";

/** Which project the page shows, where there are several. */
export function ProjectPicker({ className = "" }: { readonly className?: string }) {
  const session = useSession();
  const shown = session?.caller?.project.id;
  if (!session || shown === undefined || session.projects.length < 2) return null;
  return (
    <Dropdown
      aria-label="Project"
      value={shown}
      options={session.projects.map(({ id, name }) => ({ value: id, name }))}
      onChange={chooseProject}
      className={className}
      look="h-8 w-full max-w-44 rounded-inner border border-line-strong bg-page pl-2.5 font-medium max-md:h-11"
    />
  );
}
