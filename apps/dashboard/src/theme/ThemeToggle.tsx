import { Monitor, Moon, Sun } from "lucide-react";
import { nextTheme, setTheme, type Theme, useTheme } from "./theme.ts";

const icons = { system: Monitor, dark: Moon, light: Sun };
const names: Record<Theme, string> = { system: "System", dark: "Dark", light: "Light" };

/** Steps through system, dark and light. */
export function ThemeToggle() {
  const theme = useTheme();
  const Icon = icons[theme];
  return (
    <button
      type="button"
      onClick={() => setTheme(nextTheme(theme))}
      title={`Theme: ${names[theme]}. Switch to ${names[nextTheme(theme)].toLowerCase()}.`}
      aria-label={`Theme: ${names[theme]}. Switch to ${names[nextTheme(theme)].toLowerCase()}.`}
      className="flex size-9 items-center justify-center rounded-inner text-muted transition-colors hover:bg-raised hover:text-ink max-md:size-11"
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
}
