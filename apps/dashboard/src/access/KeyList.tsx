import { useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../alerts/Button.tsx";
import { count } from "../format/number.ts";
import { exactTime, when } from "../format/time.ts";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { type Key, type Project, revokeKey } from "../services/access.ts";
import { useSession } from "../services/session.ts";
import { Confirm } from "./Confirm.tsx";
import { KeyForm } from "./KeyForm.tsx";

interface KeyListProps {
  readonly projects: readonly Project[];
  readonly keys: readonly Key[];
}

/** The keys there are, what each is for, and when it was last used. */
export function KeyList({ projects, keys }: KeyListProps) {
  const queries = useQueryClient();
  const own = useSession()?.caller?.key?.id;
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: ["keys"] });
  return (
    <Panel
      title="Keys"
      note={keys.length > 0 ? count(keys.length) : undefined}
      action={
        <Button className="-mr-2" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden="true" />
          New key
        </Button>
      }
    >
      {keys.length === 0 ? (
        <Nothing>No key has been made.</Nothing>
      ) : (
        <ul>
          {keys.map((key) => (
            <li key={key.id} className="flex items-center gap-3 border-t border-line px-4 py-2">
              <span className="min-w-0 flex-1">
                <span className="flex flex-wrap items-baseline gap-x-2.5">
                  <span className="font-medium break-all">{key.name}</span>
                  {key.id === own && <span className="text-12 text-accent">Yours</span>}
                </span>
                <span className="block text-12 text-muted">
                  {key.scope}
                  {key.scope !== "admin" &&
                    ` in ${projects.find(({ id }) => id === key.project)?.name ?? key.project}`}
                  {" · "}
                  <Used of={key} />
                </span>
              </span>
              <IconButton name={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {making && (
        <KeyForm
          projects={projects}
          onClose={() => setMaking(false)}
          onMade={() => void changed()}
        />
      )}
      {revoking && (
        <Confirm
          title={`Revoke ${revoking.name}`}
          verb="Revoke"
          onClose={() => setRevoking(undefined)}
          run={async () => {
            await revokeKey(revoking.id);
            await changed();
          }}
        >
          {revoking.id === own
            ? "It is the key you signed in with: you are signed out with it."
            : "What uses it is refused within a second, and those who signed in with it are signed out. This cannot be undone."}
        </Confirm>
      )}
    </Panel>
  );
}

function Used({ of: { last_used_at: used, expires_at: ends } }: { readonly of: Key }) {
  const now = Date.now();
  return (
    <span className="numbers">
      {used === null ? (
        "never used"
      ) : (
        <span title={exactTime(used)}>last used {when(used, now)}</span>
      )}
      {ends !== null && (
        <span title={exactTime(ends)} className={ends <= now ? "text-bad" : ""}>
          {" · "}
          {ends <= now ? "expired" : "ends"} {when(ends, now)}
        </span>
      )}
    </span>
  );
}
