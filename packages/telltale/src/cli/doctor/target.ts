/** What is examined, and how long each step may take. */
export interface Target {
  readonly url: URL;
  /** What a browser would send for the page; absent: none, as programs do. */
  readonly origin?: string;
  /** That let one in. */
  readonly headers?: Readonly<Record<string, string>>;
  /** False once the certificate was found wrong: what follows is examined all the same. */
  readonly verify: boolean;
  readonly patience: Patience;
}

/** ms */
export interface Patience {
  /** A name, a connection, a TLS handshake. */
  readonly connect: number;
  /** The answer to an upgrade or a request. */
  readonly answer: number;
  readonly firstMessage: number;
  /** How long messages are gathered. */
  readonly listen: number;
}

export const patience: Patience = {
  connect: 5_000,
  answer: 10_000,
  firstMessage: 10_000,
  listen: 5_000,
};

/** Without the brackets that an IPv6 address has in a URL. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

export function isSecure(url: URL): boolean {
  return url.protocol === "https:" || url.protocol === "wss:";
}

export function portOf(url: URL): number {
  return Number(url.port || (isSecure(url) ? 443 : 80));
}

/** A name or address that never leaves this machine. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1)$/.test(hostOf(url));
}
