import type { Channel } from "../services/alerts.ts";
import { TextField } from "./FormField.tsx";
import type { RuleForm } from "./rule-form.ts";

interface TellWhomProps {
  readonly form: RuleForm;
  readonly set: (change: Partial<RuleForm>) => void;
  readonly problem: (path: string) => string | undefined;
  readonly channels: readonly Channel[];
}

/** Who is told, and by which labels it can be told apart. */
export function TellWhom({ form, set, problem, channels }: TellWhomProps) {
  const chosen = form.channels;
  return (
    <>
      <TextField
        label="Labels"
        value={form.labels}
        placeholder="team=search, tier=1"
        onChange={(labels) => set({ labels })}
        problem={problem("labels")}
      />
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-12 text-muted">Tells</legend>
        {channels.length === 0 ? (
          <p className="text-12 text-faint">
            The pages that are open. No channel is configured; see “Channels” on the page.
          </p>
        ) : (
          <div className="flex flex-wrap gap-x-4 gap-y-1">
            <label className="flex items-center gap-2 max-md:min-h-11">
              <input
                type="checkbox"
                checked={chosen === null}
                onChange={(event) => set({ channels: event.target.checked ? null : [] })}
                className="accent-accent"
              />
              All channels
            </label>
            {chosen !== null &&
              channels.map(({ id }) => (
                <label key={id} className="flex items-center gap-2 max-md:min-h-11">
                  <input
                    type="checkbox"
                    checked={chosen.includes(id)}
                    onChange={(event) =>
                      set({
                        channels: event.target.checked
                          ? [...chosen, id]
                          : chosen.filter((one) => one !== id),
                      })
                    }
                    className="accent-accent"
                  />
                  {id}
                </label>
              ))}
          </div>
        )}
        {problem("channels") && <p className="text-12 text-bad">{problem("channels")}</p>}
      </fieldset>
    </>
  );
}
