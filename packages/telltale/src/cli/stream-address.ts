const path = "/metrics/stream";

/**
 * The address of a stream from what a person writes: a scheme may be left out (`localhost:8000`),
 * and without a path it is `/metrics/stream`. Forms in `ws` and `http` mean the same.
 *
 * @throws {TypeError} when it cannot be read as one; the message says what was expected.
 */
export function streamAddress(text: string): URL {
  const written = text.trim();
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!url?.hostname || !/^(?:http|ws)s?:$/.test(url.protocol)) {
    throw new TypeError(
      "expected an address in http(s):// or ws(s)://, such as http://127.0.0.1:8000",
    );
  }
  if (url.pathname === "/") url.pathname = path;
  url.hash = "";
  return url;
}

/** The same place in the scheme of HTTP or of WebSocket. */
export function inScheme(url: URL, scheme: "http" | "ws"): URL {
  return new URL(url.href.replace(/^(?:http|ws)/, scheme));
}

/** For people and logs: without what the address may carry in confidence. */
export function shownAddress(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
