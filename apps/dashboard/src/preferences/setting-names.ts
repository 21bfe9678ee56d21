/** The settings by name, each with the id that its control on the settings page has. */
export const settingNames = [
  { id: "setting-theme", name: "Theme" },
  { id: "setting-density", name: "Rows of tables" },
  { id: "setting-motion", name: "Less motion" },
  { id: "setting-time-zone", name: "Time zone" },
  { id: "setting-range", name: "Time range that pages open with" },
  { id: "setting-refresh", name: "Figures change" },
  { id: "setting-locale", name: "Format of numbers and times" },
  { id: "setting-currency", name: "Currency" },
] as const;

export type SettingId = (typeof settingNames)[number]["id"];
