import { ChevronDown } from "lucide-react";
import { useSession } from "../services/session.ts";
import { chooseProject } from "./use-access-actions.ts";

/** Which project the page shows, where there are several. */
export function ProjectPicker({ className = "" }: { readonly className?: string }) {
  const session = useSession();
  const shown = session?.caller?.project.id;
  if (!session || shown === undefined || session.projects.length < 2) return null;
  return (
    <span className={`relative ${className}`}>
      <select
        aria-label="Project"
        value={shown}
        onChange={(event) => chooseProject(event.target.value)}
        className="h-8 w-full max-w-44 appearance-none truncate rounded-inner border border-line-strong bg-page pr-7 pl-2.5 font-medium max-md:h-11"
      >
        {session.projects.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <ChevronDown
        size={13}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-faint"
      />
    </span>
  );
}
