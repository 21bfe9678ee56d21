import { isIP } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { codeOf, connectFailure } from "../connect-failure.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { hostOf, portOf, type Target } from "./target.ts";

export interface Handshake {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** Unix ms */
  readonly validFrom: number;
  readonly validTo: number;
  /** Names that the certificate lists. */
  readonly names: string;
  /** Why the chain is not trusted, an OpenSSL or Node code; null when it is. */
  readonly untrusted: string | null;
  readonly nameFits: boolean;
}

const day = 86_400_000;

/** One handshake that looks at everything and trusts nothing. */
export function probeTls({ url, patience }: Target): Promise<Handshake | Error> {
  const host = hostOf(url);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: portOf(url),
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: false,
    });
    const end = (result: Handshake | Error): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(patience.connect, () => {
      end(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
    });
    socket.on("error", end);
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerCertificate();
      end({
        protocol: socket.getProtocol() ?? "unknown",
        validFrom: Date.parse(certificate.valid_from),
        validTo: Date.parse(certificate.valid_to),
        names: namesOf(certificate),
        untrusted: trustProblem(socket.authorized, socket.authorizationError),
        nameFits: checkServerIdentity(host, certificate) === undefined,
      });
    });
  });
}

/** Node says `Error` and gives a string; the name is judged apart. */
function trustProblem(authorized: boolean, problem: Error | string | null): string | null {
  if (authorized || problem === null) return null;
  const code = typeof problem === "string" ? problem : codeOf(problem) || problem.message;
  return code === "ERR_TLS_CERT_ALTNAME_INVALID" ? null : code;
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  return subjectaltname?.replaceAll(/(?:DNS|IP Address):/g, "") ?? String(subject?.CN ?? "no name");
}

export function judgeTls(shake: Handshake | Error, now: number): Finding {
  if (shake instanceof Error) {
    const { reason, advice } = connectFailure(shake);
    return fail(`no TLS: ${reason}`, advice);
  }
  const { protocol, validFrom, validTo, names, untrusted, nameFits } = shake;
  const days = Math.floor((validTo - now) / day);
  if (days < 0) {
    return fail(`${protocol}, certificate expired ${-days} days ago`, "renew the certificate");
  }
  if (validFrom > now) {
    return fail(
      `${protocol}, certificate not valid before ${new Date(validFrom).toISOString()}`,
      "check the clocks of both machines",
    );
  }
  if (!nameFits) {
    return fail(
      `${protocol}, certificate for ${names}`,
      "use a name that the certificate lists, or get one for this name",
    );
  }
  if (untrusted !== null) {
    const { reason, advice } = connectFailure(
      Object.assign(new Error(untrusted), { code: untrusted }),
    );
    return fail(`${protocol}, ${reason}`, advice);
  }
  const measured = `${protocol}, certificate for ${names}, ${days} days left`;
  if (days < 14)
    return warn(measured, "renew the certificate, and let something renew it by itself");
  if (protocol !== "TLSv1.3" && protocol !== "TLSv1.2") {
    return warn(measured, "allow TLS 1.2 and 1.3: browsers refuse older versions");
  }
  return ok(measured);
}
