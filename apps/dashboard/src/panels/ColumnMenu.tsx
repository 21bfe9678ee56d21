import { Columns3 } from "lucide-react";
import { Popover } from "radix-ui";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";
import { Popup } from "../theme/Popup.tsx";
import { requestColumns, USUAL_COLUMNS } from "./request-columns.tsx";

/** Which columns the list has; kept in this browser. */
export function ColumnMenu() {
  const { requestColumns: shown } = usePreferences();
  const names = shown.length > 0 ? shown : USUAL_COLUMNS;
  const toggle = (name: string): void => {
    const next = names.includes(name) ? names.filter((each) => each !== name) : [...names, name];
    if (next.length > 0) setPreferences({ requestColumns: next });
  };
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label="Columns"
        title="Columns"
        className="grid size-8 place-items-center rounded-inner border border-line-strong text-muted transition-colors hover:bg-raised hover:text-ink max-lg:hidden"
      >
        <Columns3 size={14} aria-hidden="true" />
      </Popover.Trigger>
      <Popup label="Columns" className="max-h-[70vh] w-52 overflow-y-auto p-1.5">
        {Object.entries(requestColumns).map(([name, column]) => (
          <label
            key={name}
            className="flex h-8 cursor-pointer items-center gap-2.5 rounded-inner px-2.5 hover:bg-raised"
          >
            <input
              type="checkbox"
              checked={names.includes(name)}
              onChange={() => toggle(name)}
              className="accent-accent"
            />
            {column.name}
          </label>
        ))}
      </Popup>
    </Popover.Root>
  );
}
