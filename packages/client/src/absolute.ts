/**
 * The whole address in its `ws` form: `http` and `ws` forms are one, a relative URL is taken from
 * where the page is, a fragment, which RFC 6455 (section 3) forbids, is dropped.
 *
 * @throws when it is no URL.
 */
export function socketAddress(url: string, base: string | undefined): string {
  const { href } = new URL(url, base);
  // React Native's URL has no setters, and writes a slash behind every path.
  return (/^\w+:\/\//.test(url) ? url : href).replace(/#.*/s, "").replace(/^http/i, "ws");
}
