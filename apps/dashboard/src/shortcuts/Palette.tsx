import { Command } from "cmdk";
import { Modal } from "../shell/Modal.tsx";
import type { Action } from "./actions.ts";
import { Keys } from "./Keys.tsx";

interface PaletteProps {
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

/** Every action by name. */
export default function Palette({ actions, onClose }: PaletteProps) {
  const groups = [...new Set(actions.map(({ group }) => group))];
  return (
    <Modal title="Actions" quiet onClose={onClose} className="p-0">
      <Command label="Actions" className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          placeholder="Find an action"
          className="h-11 w-full border-b border-line bg-transparent px-4 text-14 outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-muted">
            No action has this name
          </Command.Empty>
          {groups.map((group) => (
            <Command.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-faint"
            >
              {actions
                .filter((action) => action.group === group && action.id !== "palette")
                .map(({ id, name, also, keys, run }) => (
                  <Command.Item
                    key={id}
                    value={id}
                    keywords={[name, ...(also ? [also] : [])]}
                    onSelect={() => {
                      onClose();
                      run();
                    }}
                    className="flex h-8 cursor-pointer items-center justify-between gap-3 rounded-inner px-2 data-[selected=true]:bg-raised max-md:h-11"
                  >
                    {name}
                    {keys && <Keys keys={keys} />}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Modal>
  );
}
