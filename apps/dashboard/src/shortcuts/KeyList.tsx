import { Modal } from "../shell/Modal.tsx";
import { type Action, groupOrder } from "./actions.ts";
import { Keys } from "./Keys.tsx";

interface KeyListProps {
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

/** Every key there is, under the heading it belongs to. */
export default function KeyList({ actions, onClose }: KeyListProps) {
  const withKeys = actions.filter(({ keys }) => keys !== undefined);
  const groups = groupOrder.filter((group) => withKeys.some((each) => each.group === group));
  return (
    <Modal title="Keyboard shortcuts" onClose={onClose}>
      <div className="grid gap-x-8 gap-y-5 overflow-y-auto px-5 pb-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h3 className="text-12 text-faint">{group}</h3>
            <ul className="mt-1">
              {withKeys
                .filter((each) => each.group === group)
                .map(({ id, name, keys }) => (
                  <li key={id} className="flex min-h-8 items-center justify-between gap-4">
                    <span>{name}</span>
                    {keys && <Keys keys={keys} />}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
