import { useRouterState } from "@tanstack/react-router";
import { Download, RotateCcw, Upload } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { AccessSettings } from "../access/AccessSettings.tsx";
import { money } from "../format/money.ts";
import { exact } from "../format/number.ts";
import { exactTime } from "../format/time.ts";
import { useDesktopNotifications } from "../notices/desktop.ts";
import { permissionHint, setSound } from "../notices/NoticeSwitches.tsx";
import { Panel } from "../panels/Panel.tsx";
import { RetentionSettings } from "../panels/RetentionSettings.tsx";
import { PriceSettings } from "../panels/UnknownPrices.tsx";
import { locales, zones } from "../preferences/choices.ts";
import { Field, Select, Switch } from "../preferences/Field.tsx";
import {
  defaults,
  type Preferences,
  preferences,
  REFRESH_CHOICES,
  readPreferences,
  setPreferences,
  usePreferences,
} from "../preferences/preferences.ts";
import { presets } from "../range/range.ts";
import { saveFile } from "../services/save-file.ts";
import { setTheme, type Theme, useTheme } from "../theme/theme.ts";

const themes: readonly { value: Theme; name: string }[] = [
  { value: "system", name: "As the system" },
  { value: "dark", name: "Dark" },
  { value: "light", name: "Light" },
];

const currencies = ["USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "BRL", "CAD", "AUD", "SEK"];

const SAMPLE_COST = 12_345.67;
const SAMPLE_TIME = Date.UTC(2026, 10, 23, 14, 2, 31, 250);

/** How this browser shows things, and what of the server a reader may know or change. */
export default function Settings() {
  const chosen = usePreferences();
  const theme = useTheme();
  const hash = useRouterState({ select: (state) => state.location.hash });
  useEffect(() => {
    if (hash !== "") document.getElementById(hash)?.focus();
  }, [hash]);
  const set = <K extends keyof Preferences>(name: K, value: Preferences[K]): void =>
    setPreferences({ [name]: value });

  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-4">
      <Panel title="Appearance">
        <Field id="setting-theme" label="Theme">
          {(id) => (
            <Select
              id={id}
              value={theme}
              options={themes}
              onChange={(value) =>
                setTheme(themes.find((each) => each.value === value)?.value ?? "system")
              }
            />
          )}
        </Field>
        <Field id="setting-density" label="Rows of tables">
          {(id) => (
            <Select
              id={id}
              value={chosen.density}
              options={[
                { value: "compact", name: "Compact" },
                { value: "comfortable", name: "Comfortable" },
              ]}
              onChange={(value) =>
                set("density", value === "comfortable" ? "comfortable" : "compact")
              }
            />
          )}
        </Field>
        <Field
          id="setting-motion"
          label="Less motion"
          hint="Nothing fades or slides. A system that asks for this is obeyed anyway."
        >
          {(id) => (
            <Switch
              id={id}
              on={chosen.motion === "reduced"}
              onChange={(on) => set("motion", on ? "reduced" : "system")}
            />
          )}
        </Field>
      </Panel>
      <Panel title="Time">
        <Field id="setting-time-zone" label="Time zone" hint={exactTime(SAMPLE_TIME)}>
          {(id) => (
            <Select
              id={id}
              value={chosen.timeZone}
              options={zones(chosen.timeZone)}
              onChange={(value) => set("timeZone", value)}
            />
          )}
        </Field>
        <Field id="setting-range" label="Time range that pages open with">
          {(id) => (
            <Select
              id={id}
              value={chosen.defaultRange}
              options={presets.map(({ name, long }) => ({ value: name, name: long }))}
              onChange={(value) => set("defaultRange", value)}
            />
          )}
        </Field>
        <Field
          id="setting-refresh"
          label="Figures change"
          hint="Data always arrive at once; this is how often the page shows them."
        >
          {(id) => (
            <Select
              id={id}
              value={String(chosen.refreshMs)}
              options={REFRESH_CHOICES.map((ms) => ({
                value: String(ms),
                name: ms < 1000 ? "Four times a second" : `Every ${ms / 1000} s`,
              }))}
              onChange={(value) => set("refreshMs", Number(value))}
            />
          )}
        </Field>
      </Panel>
      <Panel title="Numbers and money">
        <Field id="setting-locale" label="Format" hint={exact(1_234_567.89)}>
          {(id) => (
            <Select
              id={id}
              value={chosen.locale}
              options={locales(chosen.locale)}
              onChange={(value) => set("locale", value)}
            />
          )}
        </Field>
        <Field id="setting-currency" label="Currency" hint={money(SAMPLE_COST)}>
          {(id) => (
            <Select
              id={id}
              value={chosen.currency}
              options={currencies.map((code) => ({ value: code, name: code }))}
              onChange={(value) =>
                setPreferences({
                  currency: value,
                  perDollar: value === "USD" ? 1 : chosen.perDollar,
                })
              }
            />
          )}
        </Field>
        {chosen.currency !== "USD" && (
          <Field
            label={`${chosen.currency} for one US dollar`}
            hint="Providers charge dollars. The rate is yours to set, and the same for all times."
          >
            {(id) => <Rate key={chosen.currency} id={id} value={chosen.perDollar} />}
          </Field>
        )}
      </Panel>
      <AlertSettings />
      <AccessSettings />
      <PriceSettings />
      <RetentionSettings />
      <Panel title="These settings">
        <div className="flex flex-wrap gap-2 border-t border-line p-4">
          <Act
            icon={<Download size={14} aria-hidden="true" />}
            onClick={() =>
              saveFile(
                "telltale-settings.json",
                "application/json",
                `${JSON.stringify(preferences(), null, 2)}\n`,
              )
            }
          >
            Save to a file
          </Act>
          <Import />
          <Act
            icon={<RotateCcw size={14} aria-hidden="true" />}
            onClick={() => setPreferences(defaults)}
          >
            Back to how it came
          </Act>
        </div>
      </Panel>
    </div>
  );
}

function AlertSettings() {
  const { sound } = usePreferences();
  const { on, permission, set } = useDesktopNotifications();
  return (
    <Panel title="Alerts">
      <Field
        label="Desktop notifications"
        hint={`A message of the system when an alert fires. ${permissionHint(permission)}`}
      >
        {(id) => <Switch id={id} on={on} onChange={(next) => void set(next)} />}
      </Field>
      <Field label="Sound" hint="A short tone when an alert fires.">
        {(id) => <Switch id={id} on={sound} onChange={setSound} />}
      </Field>
    </Panel>
  );
}

interface ActProps {
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Act({ icon, onClick, children }: ActProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-3 font-medium transition-colors hover:bg-raised max-md:h-11"
    >
      {icon}
      {children}
    </button>
  );
}

function Import() {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  const take = async (file: File): Promise<void> => {
    try {
      setPreferences(readPreferences(JSON.parse(await file.text())));
      setSaid(`Took over ${file.name}`);
    } catch {
      setSaid(`${file.name} holds no settings: JSON as saved by this page is expected`);
    }
  };
  return (
    <>
      <Act icon={<Upload size={14} aria-hidden="true" />} onClick={() => input.current?.click()}>
        Load from a file
      </Act>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        aria-label="Settings file"
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void take(file);
        }}
      />
      <output className="self-center text-12 text-muted">{said}</output>
    </>
  );
}

function Rate({ id, value }: { readonly id: string; readonly value: number }) {
  const [typed, setTyped] = useState(String(value));
  return (
    <input
      id={id}
      inputMode="decimal"
      value={typed}
      aria-invalid={!(Number(typed) > 0)}
      onChange={(event) => {
        setTyped(event.target.value);
        const rate = Number(event.target.value);
        if (rate > 0 && Number.isFinite(rate)) setPreferences({ perDollar: rate });
      }}
      className="h-8 w-28 rounded-inner border border-line-strong bg-page px-2.5 text-right numbers aria-invalid:border-bad max-md:h-11 max-md:text-16"
    />
  );
}
