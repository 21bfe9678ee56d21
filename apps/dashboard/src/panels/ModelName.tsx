import { modelColor } from "../theme/model-color.ts";

/** A model with its colour, the same everywhere. */
export function ModelName({ model }: { readonly model: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2 normal-nums" title={model}>
      <span
        aria-hidden="true"
        className="size-2 shrink-0 rounded-[2px]"
        style={{ background: modelColor(model) }}
      />
      <span className="truncate">{model}</span>
    </span>
  );
}
