import { Bookmark, ChevronDown, Trash2 } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { Popup } from "../theme/Popup.tsx";
import { removeView, type SavedView, saveView, useSavedViews, usualViews } from "./saved-views.ts";

interface ViewMenuProps {
  /** The filter as it is applied. */
  readonly q: string;
  readonly onChoose: (q: string) => void;
}

const entry =
  "h-8 min-w-0 flex-1 truncate rounded-inner px-2.5 text-left hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium max-md:h-11";

/** Filters under a name: the usual ones and one's own. */
export function ViewMenu({ q, onChoose }: ViewMenuProps) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const own = useSavedViews();
  const choose = (next: string): void => {
    onChoose(next);
    setOpen(false);
  };
  const chooser = (view: SavedView) => (
    <button
      type="button"
      aria-pressed={q === view.q}
      title={view.q}
      onClick={() => choose(view.q)}
      className={entry}
    >
      {view.name}
    </button>
  );
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-2.5 font-medium whitespace-nowrap transition-colors hover:bg-raised max-md:h-11">
        <Bookmark size={13} aria-hidden="true" className="text-muted" />
        Views
        <ChevronDown size={13} aria-hidden="true" className="text-faint" />
      </Popover.Trigger>
      <Popup label="Views" align="start" className="w-72 p-2">
        <ul>
          {usualViews.map((view) => (
            <li key={view.name} className="flex">
              {chooser(view)}
            </li>
          ))}
        </ul>
        {own.length > 0 && (
          <ul className="mt-1.5 border-t border-line pt-1.5">
            {own.map((view) => (
              <li key={view.name} className="flex items-center gap-1">
                {chooser(view)}
                <button
                  type="button"
                  aria-label={`Remove the view ${view.name}`}
                  onClick={() => removeView(view.name)}
                  className="grid size-8 place-items-center rounded-inner text-faint hover:bg-raised hover:text-ink max-md:size-11"
                >
                  <Trash2 size={13} aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <form
          className="mt-1.5 flex gap-2 border-t border-line pt-2.5"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === "" || q === "") return;
            saveView({ name: name.trim(), q });
            setName("");
          }}
        >
          <input
            aria-label="Name of the view"
            placeholder={q === "" ? "Filter first, then name it" : "Name this filter"}
            disabled={q === ""}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
            className="h-8 min-w-0 flex-1 rounded-inner border border-line-strong bg-page px-2.5 placeholder:text-faint max-md:h-11 max-md:text-16"
          />
          <button
            type="submit"
            disabled={name.trim() === "" || q === ""}
            className="h-8 rounded-inner bg-accent px-3 font-medium text-page disabled:opacity-50 max-md:h-11"
          >
            Save
          </button>
        </form>
      </Popup>
    </Popover.Root>
  );
}
