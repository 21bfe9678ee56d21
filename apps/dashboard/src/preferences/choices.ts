interface Choice {
  readonly value: string;
  readonly name: string;
}

const LOCALES = [
  "en-US",
  "en-GB",
  "de-DE",
  "de-CH",
  "fr-FR",
  "es-ES",
  "it-IT",
  "nl-NL",
  "pt-BR",
  "sv-SE",
  "pl-PL",
  "ja-JP",
  "ko-KR",
  "zh-CN",
  "hi-IN",
];

/** Languages that numbers and times can be written in; `now` is among them whatever it is. */
export function locales(now: string): Choice[] {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const tags = LOCALES.includes(now) || now === "plain" ? LOCALES : [...LOCALES, now];
  return [
    { value: "plain", name: "1,234.5 and 14:02" },
    ...tags.map((tag) => ({ value: tag, name: names.of(tag) ?? tag })),
  ];
}

/** The zones this browser knows, its own first. */
export function zones(now: string): Choice[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  const all = known.includes(now) || now === "local" ? known : [now, ...known];
  return [
    { value: "local", name: `This computer's (${own})` },
    ...all.map((name) => ({ value: name, name: name.replaceAll("_", " ") })),
  ];
}
