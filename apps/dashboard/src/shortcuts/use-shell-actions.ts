import { useNavigate } from "@tanstack/react-router";
import { places } from "../shell/navigation.ts";
import { nextTheme, setTheme, themeNow } from "../theme/theme.ts";
import { type Action, useActions } from "./actions.ts";

/** What may stand in front of the page. */
export type Overlay = "palette" | "keys" | "send";

/** What can be done on every page. */
export function useShellActions(show: (what: Overlay) => void): void {
  const navigate = useNavigate();
  const actions: readonly Action[] = [
    ...places.map(
      ({ to, name, key }): Action => ({
        id: `go-${to}`,
        name: `Go to ${name.toLowerCase()}`,
        group: "Go to",
        keys: `g ${key}`,
        run: () => void navigate({ to }),
      }),
    ),
    {
      id: "filter",
      name: "Filter the page or search",
      group: "Page",
      keys: "/",
      also: "find",
      run: () => {
        const field = filterOfPage();
        if (field) focusOn(field);
        // A page without a filter of its own is searched where everything is.
        else show("palette");
      },
    },
    {
      id: "theme-next",
      name: "Change the theme",
      group: "View",
      keys: "t",
      run: () => setTheme(nextTheme(themeNow())),
    },
    { id: "theme-dark", name: "Use the dark theme", group: "View", run: () => setTheme("dark") },
    { id: "theme-light", name: "Use the light theme", group: "View", run: () => setTheme("light") },
    {
      id: "theme-system",
      name: "Use the system's theme",
      group: "View",
      run: () => setTheme("system"),
    },
    {
      id: "print",
      name: "Print this page",
      group: "Page",
      also: "pdf paper",
      run: () => window.print(),
    },
    {
      id: "send",
      name: "Send data",
      group: "Help",
      also: "first request ingest proxy opentelemetry how to connect",
      run: () => show("send"),
    },
    {
      id: "palette",
      name: "Find an action",
      group: "Help",
      keys: "$mod+k",
      run: () => show("palette"),
    },
    {
      id: "keys",
      name: "Show the keyboard shortcuts",
      group: "Help",
      keys: "Shift+?",
      run: () => show("keys"),
    },
  ];
  useActions(actions, { shell: true });
}

function filterOfPage(): HTMLElement | null {
  return document.querySelector<HTMLElement>(
    'main input[type="search"], main input[role="combobox"], main [data-filter]',
  );
}

function focusOn(field: HTMLElement): void {
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}
