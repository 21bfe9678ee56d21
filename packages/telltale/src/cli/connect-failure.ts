import { printable } from "./printable.ts";

/** Why no connection came about, and what to do, in words; from what Node and `ws` report. */
export interface ConnectFailure {
  readonly reason: string;
  readonly advice: string;
}

const byCode: Readonly<Record<string, ConnectFailure>> = {
  ECONNREFUSED: {
    reason: "nothing listens there (connection refused)",
    advice: "start the server, and check host and port",
  },
  ENOTFOUND: { reason: "the name is not known", advice: "check the spelling of the host name" },
  EAI_AGAIN: {
    reason: "the name server does not answer",
    advice: "check this machine's network and DNS",
  },
  ETIMEDOUT: {
    reason: "no answer in time",
    advice: "check that a firewall lets the port through and that the host is up",
  },
  EHOSTUNREACH: {
    reason: "the host cannot be reached",
    advice: "check the network and the address",
  },
  ENETUNREACH: {
    reason: "the network cannot be reached",
    advice: "check this machine's network; an IPv6 address needs IPv6",
  },
  ECONNRESET: {
    reason: "the connection was reset",
    advice: "check that this port is of a web server, and whether it wants https",
  },
  EPROTO: {
    reason: "the answer is no TLS",
    advice: "the port speaks plain HTTP: write http:// or ws://",
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    reason: "the answer is no TLS",
    advice: "the port speaks plain HTTP: write http:// or ws://",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: "the certificate is self-signed",
    advice: "use one that is trusted, or name its issuer in NODE_EXTRA_CA_CERTS",
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: "the certificate's issuer is not trusted here",
    advice: "name the issuer's certificate in NODE_EXTRA_CA_CERTS",
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: "the certificate's issuer is not known here",
    advice: "let the server send the whole chain, or name the issuer in NODE_EXTRA_CA_CERTS",
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: "the certificate's issuer is not known here",
    advice: "let the server send the whole chain, or name the issuer in NODE_EXTRA_CA_CERTS",
  },
  CERT_HAS_EXPIRED: { reason: "the certificate has expired", advice: "renew it" },
  CERT_NOT_YET_VALID: {
    reason: "the certificate is not valid yet",
    advice: "check the clocks of both machines",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "the certificate is for another name",
    advice: "use a name that the certificate lists, or get one for this name",
  },
};

const byStatus: Readonly<Record<number, ConnectFailure>> = {
  401: {
    reason: "401: it wants a key, or knows another one",
    advice: "give one with --key or TELLTALE_KEY",
  },
  403: {
    reason: "403: refused",
    advice: "the server lets in certain origins or callers only; allow this one there",
  },
  404: {
    reason: "404: there is no stream at this path",
    advice: "check the path; Telltale's is /metrics/stream",
  },
};

/** Node hides the failures of several addresses in one error. */
function innermost(error: Error): Error {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first : error;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

export function connectFailure(error: Error): ConnectFailure {
  const inner = innermost(error);
  const known = byCode[codeOf(inner)];
  if (known) return known;
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(inner.message)?.[1]);
  const answered = byStatus[status];
  if (answered) return answered;
  const reason = printable(inner.message || codeOf(inner) || inner.name);
  return { reason, advice: "check that the address is that of a stream" };
}
