/** An address with parameters in place of those of the same names. Text, because of React Native. */
export function withParameters(address: string, parameters: object): string {
  const [path = "", query = ""] = address.split(/\?(.*)/s);
  const asked = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const kept = query
    .split("&")
    .filter((pair) => pair && !asked.some(([name]) => pair.split("=")[0] === name));
  // A list is written with commas, which is what String makes of it.
  const added = asked.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return [path, [...kept, ...added].join("&")].filter(Boolean).join("?");
}
