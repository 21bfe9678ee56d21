import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useState } from "react";
import { settingNames } from "../preferences/setting-names.ts";
import { useLive } from "../services/live.tsx";
import { Modal } from "../shell/Modal.tsx";
import { modelColor } from "../theme/model-color.ts";
import { type Action, groupOrder } from "./actions.ts";
import { Keys } from "./Keys.tsx";

interface PaletteProps {
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

/** More of them are found by typing more of their name. */
const MOST_MODELS = 12;

/** Every action by name; models and settings too, once something is typed. */
export default function Palette({ actions, onClose }: PaletteProps) {
  const groups = groupOrder.filter((group) => actions.some((each) => each.group === group));
  const navigate = useNavigate();
  const { models } = useLive();
  const [text, setText] = useState("");
  const typed = text.trim().toLowerCase();
  const found =
    typed === ""
      ? []
      : [...models.keys()]
          .filter((model) => model.toLowerCase().includes(typed) || "model".startsWith(typed))
          .sort()
          .slice(0, MOST_MODELS);
  const choose = (run: () => void) => (): void => {
    onClose();
    run();
  };
  return (
    <Modal title="Actions" quiet onClose={onClose} className="p-0">
      <Command label="Actions" className="flex min-h-0 flex-col">
        <Command.Input
          data-first=""
          value={text}
          onValueChange={setText}
          placeholder="Find an action, a page, a model or a setting"
          className="h-11 w-full border-b border-line bg-transparent px-4 text-14 outline-none placeholder:text-faint max-md:text-16"
        />
        <Command.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-muted">
            Nothing has this name
          </Command.Empty>
          {groups.map((group) => (
            <Group key={group} heading={group}>
              {actions
                .filter((action) => action.group === group && action.id !== "palette")
                .map(({ id, name, also, keys, run }) => (
                  <Item
                    key={id}
                    value={id}
                    words={[name, ...(also ? [also] : [])]}
                    onSelect={choose(run)}
                  >
                    {name}
                    {keys && <Keys keys={keys} />}
                  </Item>
                ))}
            </Group>
          ))}
          {found.length > 0 && (
            <Group heading="Models">
              {found.map((model) => (
                <Item
                  key={model}
                  value={`model ${model}`}
                  words={[model, "model"]}
                  onSelect={choose(
                    () => void navigate({ to: "/models/$model", params: { model } }),
                  )}
                >
                  <span className="flex min-w-0 items-center gap-2">
                    <span
                      aria-hidden="true"
                      className="size-2 shrink-0 rounded-full"
                      style={{ background: modelColor(model) }}
                    />
                    <span className="truncate">{model}</span>
                  </span>
                </Item>
              ))}
            </Group>
          )}
          {typed !== "" && (
            <Group heading="Settings">
              {settingNames.map(({ id, name }) => (
                <Item
                  key={id}
                  value={id}
                  words={[name, "setting", "preference"]}
                  onSelect={choose(() => void navigate({ to: "/settings", hash: id }))}
                >
                  {name}
                </Item>
              ))}
            </Group>
          )}
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
  readonly words: string[];
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ value, words, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      keywords={words}
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center justify-between gap-3 rounded-inner px-2 data-[selected=true]:bg-raised max-md:h-11"
    >
      {children}
    </Command.Item>
  );
}
