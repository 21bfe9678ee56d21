const policy = (frameAncestors: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join("; ");

/** On every answer. */
export const SECURITY_HEADERS = {
  "content-security-policy": policy("'none'"),
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

// An origin is set beside others in a header whose parts these characters would end.
const plain = /^[^\s;,'"]+$/;

/**
 * Policy of a page that may be shown in a frame, by this server's own pages and those of `allowed`
 * origins. `X-Frame-Options` can not name origins and has to go.
 */
export function framedBy(allowed: readonly string[]): string {
  return policy(["'self'", ...allowed.filter((origin) => plain.test(origin))].join(" "));
}
