import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** What can be said of where a request comes from. */
export interface Whereabouts {
  /** Address of the caller, as far as those in front can be believed. */
  readonly address: string;
  /** Whether the caller came by https. */
  readonly secure: boolean;
}

/** Whether a text is an address or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/**
 * Who a request comes from and how. What `X-Forwarded-For` and `X-Forwarded-Proto` say is believed of
 * the proxies that the operator names, and of nobody else.
 *
 * @param trusted addresses and networks of those proxies
 */
export function whereaboutsOf(
  trusted: readonly string[],
): (request: IncomingMessage) => Whereabouts {
  const list = new BlockList();
  for (const network of trusted) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string): boolean => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? "ipv6" : "ipv4");
  };
  return ({ socket, headers }) => {
    const peer = socket.remoteAddress ?? "";
    const encrypted = "encrypted" in socket && socket.encrypted === true;
    if (!isTrusted(peer)) return { address: peer, secure: encrypted };
    const hops = listOf(headers["x-forwarded-for"]);
    // Each hop appends whom it got the request from; the last one that is no proxy is the caller.
    const address = hops.reverse().find((hop) => isIP(hop) !== 0 && !isTrusted(hop)) ?? peer;
    const proto = listOf(headers["x-forwarded-proto"]).at(-1);
    return { address, secure: proto === undefined ? encrypted : proto.toLowerCase() === "https" };
  };
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
