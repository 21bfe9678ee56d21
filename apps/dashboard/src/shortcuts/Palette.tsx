import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useState } from "react";
import { settingNames } from "../preferences/setting-names.ts";
import { useLive } from "../services/live.tsx";
import { Modal } from "../shell/Modal.tsx";
import { modelColor } from "../theme/model-color.ts";
import { type Action, groupOrder } from "./actions.ts";
import { Keys } from "./Keys.tsx";
import { found, isFilter } from "./rank.ts";

interface PaletteProps {
  readonly actions: readonly Action[];
  /** What was typed before this was there. */
  readonly early: string;
  readonly onClose: () => void;
}

/** More of them are found by typing more of their name. */
const MOST_MODELS = 12;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly also?: string | undefined;
  readonly keys?: string | undefined;
  /** Stands before the name. */
  readonly color?: string;
  readonly run: () => void;
}

/** Every action by name; models, settings and a filter of requests too, once something is typed. */
export default function Palette({ actions, early, onClose }: PaletteProps) {
  const navigate = useNavigate();
  const { models } = useLive();
  const [text, setText] = useState(early);
  const typed = text.trim();
  const places = groupOrder.map((heading) => ({
    heading,
    items: actions.filter(({ group, id }) => group === heading && id !== "palette"),
  }));
  const known: { heading: string; items: Entry[] }[] = [
    {
      heading: "Models",
      items: [...models.keys()].sort().map((model) => ({
        id: `model ${model}`,
        name: model,
        also: "model",
        color: modelColor(model),
        run: () => void navigate({ to: "/models/$model", params: { model } }),
      })),
    },
    {
      heading: "Settings",
      items: settingNames.map(({ id, name }) => ({
        id,
        name,
        also: "setting preference",
        run: () => void navigate({ to: "/settings", hash: id }),
      })),
    },
  ];
  const filter = {
    heading: "Requests",
    items: [
      {
        id: "filter-requests",
        name: `Filter requests: ${typed}`,
        run: () => void navigate({ to: "/requests", search: { q: typed } }),
      },
    ],
  };
  // Whatever has no name here may still be what a request has.
  const groups: readonly { readonly heading: string; readonly items: readonly Entry[] }[] =
    typed === ""
      ? places.filter(({ items }) => items.length > 0)
      : isFilter(typed)
        ? [filter, ...found<Entry>([...places, ...known], typed)]
        : [...found<Entry>([...places, ...known], typed), filter];
  return (
    <Modal title="Actions" quiet onClose={onClose} className="p-0">
      <Command label="Actions" shouldFilter={false} className="flex min-h-0 flex-col">
        <Command.Input
          data-first=""
          value={text}
          onValueChange={setText}
          placeholder="Find an action, a page, a model or a setting, or filter requests"
          className="h-11 w-full border-b border-line bg-transparent px-4 text-14 outline-none placeholder:text-faint max-md:text-16"
        />
        <Command.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-2">
          {groups.map(({ heading, items }) => (
            <Group key={heading} heading={heading}>
              {items
                .slice(0, heading === "Models" ? MOST_MODELS : undefined)
                .map(({ id, name, keys, color, run }) => (
                  <Item
                    key={id}
                    value={id}
                    onSelect={() => {
                      onClose();
                      run();
                    }}
                  >
                    <span className="flex min-w-0 items-center gap-2">
                      {color && (
                        <span
                          aria-hidden="true"
                          className="size-2 shrink-0 rounded-full"
                          style={{ background: color }}
                        />
                      )}
                      <span className="truncate">{name}</span>
                    </span>
                    {keys && <Keys keys={keys} />}
                  </Item>
                ))}
            </Group>
          ))}
        </Command.List>
      </Command>
    </Modal>
  );
}

interface GroupProps {
  readonly heading: string;
  readonly children: ReactNode;
}

function Group({ heading, children }: GroupProps) {
  return (
    <Command.Group
      heading={heading}
      className="not-first:mt-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly value: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center justify-between gap-3 rounded-inner px-2 data-[selected=true]:bg-raised max-md:h-11"
    >
      {children}
    </Command.Item>
  );
}
