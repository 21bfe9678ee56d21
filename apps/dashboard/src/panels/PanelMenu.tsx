import { Ellipsis, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";

export interface MenuItem {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

interface PanelMenuProps {
  /** Of the panel: names the button. */
  readonly title: string;
  /** In groups, with a line between. */
  readonly items: readonly (readonly MenuItem[])[];
}

/** What can be done with a panel, behind three quiet dots. */
export function PanelMenu({ title, items }: PanelMenuProps) {
  return (
    // A modal menu would bring a style element, which the page's policy refuses.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Menu of ${title}`}
        className="-my-1.5 -mr-1.5 grid size-7 shrink-0 place-items-center rounded-inner text-faint transition-colors hover:bg-raised hover:text-ink data-[state=open]:bg-raised data-[state=open]:text-ink max-md:-my-3 max-md:size-11"
      >
        <Ellipsis size={15} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={12}
          className="z-40 min-w-44 rounded-base border border-line-strong bg-surface p-1.5"
        >
          {items.map((group, index) => (
            <DropdownMenu.Group
              key={group[0]?.name}
              className={index > 0 ? "mt-1.5 border-t border-line pt-1.5" : ""}
            >
              {group.map(({ name, icon: Icon, run }) => (
                <DropdownMenu.Item
                  key={name}
                  onSelect={run}
                  className="flex h-8 cursor-pointer items-center gap-2.5 rounded-inner px-2 outline-none data-[highlighted]:bg-raised max-md:h-11"
                >
                  <Icon size={14} aria-hidden="true" className="text-muted" />
                  {name}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
