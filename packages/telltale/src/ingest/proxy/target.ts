/** Where an upstream lives: what every forwarded path is kept under. */
export interface Base {
  readonly origin: string;
  /** Path without a trailing slash; empty for the root. */
  readonly path: string;
}

/** @throws {TypeError} when `url` is not an absolute http or https address. */
export function baseOf(name: string, url: string): Base {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(
      `The address of the upstream "${name}" is not usable: expected an absolute http:// or https:// URL`,
    );
  }
  return { origin: parsed.origin, path: parsed.pathname.replace(/\/+$/, "") };
}

/**
 * The request target on the upstream for `path` (what follows `/proxy/<name>`, with the query), as
 * it was written: nothing is decoded or normalised, because signatures and encoded model names
 * depend on it. Null when some server could read it as leading out of the base path.
 */
export function targetOf(base: Base, path: string): string | null {
  // Visible ASCII only; a backslash is a slash to some servers, a fragment never belongs here.
  if (!/^[!-~]*$/.test(path) || /[\\#]/.test(path)) return null;
  const query = path.indexOf("?");
  const plain = query < 0 ? path : path.slice(0, query);
  if (plain !== "" && !plain.startsWith("/")) return null;
  if (plain.startsWith("//") || leaves(plain)) return null;
  const target = base.path + path;
  return target.startsWith("/") ? target : `/${target}`;
}

/** Whether a segment is `.` or `..` however often and by whatever means it was encoded. */
function leaves(path: string): boolean {
  // Overlong UTF-8, which some decoders still take for ASCII.
  if (/%c[01]/i.test(path)) return true;
  let decoded = path;
  for (let round = 0; round < 4; round++) {
    // Servlet containers drop `;parameters` from a segment before they resolve dots.
    if (decoded.split(/[/\\]/).some((part) => /^\.{1,2}(;.*)?$/.test(part))) return true;
    if (round > 0 && /^[/\\]{2}/.test(decoded)) return true;
    const next = decoded.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === decoded) return false;
    decoded = next;
  }
  // Still changing after four rounds: nobody writes that by accident.
  return true;
}
