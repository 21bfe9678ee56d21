import { Lock } from "lucide-react";
import { useMayChange } from "../services/session.ts";

/** Says once per page why its buttons are off; nothing for whoever may change things. */
export function ReadOnly({ what }: { readonly what: string }) {
  const { may } = useMayChange();
  if (may) return null;
  return (
    <p className="flex items-center gap-2 text-12 text-muted">
      <Lock size={13} aria-hidden="true" className="shrink-0 text-faint" />
      Your key is for reading. {what} needs an admin key.
    </p>
  );
}
