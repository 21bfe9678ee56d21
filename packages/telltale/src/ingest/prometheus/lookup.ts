import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * What no name should lead to: link-local addresses, where clouds keep their credentials, and those
 * that are nobody's. A target may still be one of them when the operator writes the number itself.
 */
const never = new BlockList();
never.addSubnet("169.254.0.0", 16, "ipv4");
never.addSubnet("224.0.0.0", 3, "ipv4");
never.addAddress("0.0.0.0", "ipv4");
never.addAddress("168.63.129.16", "ipv4");
never.addAddress("::", "ipv6");
never.addSubnet("fe80::", 10, "ipv6");
never.addSubnet("ff00::", 8, "ipv6");
never.addAddress("fd00:ec2::254", "ipv6");

/** Whether a name may not lead to this address. IPv4 within IPv6 and NAT64 is judged as IPv4. */
export function isForbidden(address: string): boolean {
  const inner = embedded(address);
  if (inner !== undefined) return never.check(inner, "ipv4");
  return never.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function embedded(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const text = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1);
  const groups = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
  if (groups === null) return undefined;
  const high = Number.parseInt(groups[1] ?? "", 16);
  const low = Number.parseInt(groups[2] ?? "", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Resolves a name once; the addresses it passes on are those that are connected to. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    const allowed = addresses.filter(({ address }) => !isForbidden(address));
    const [first]: (LookupAddress | undefined)[] = allowed;
    if (first === undefined) {
      const refused: NodeJS.ErrnoException = new Error("forbidden address");
      refused.code = "EFORBIDDEN";
      return callback(refused, "", 0);
    }
    if (options.all) return callback(null, allowed);
    callback(null, first.address, first.family);
  });
};
