const TRY_AGAIN_LATER = 1013;

/** Close codes of RFC 6455 and of this contract that mean something to a client. */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  TOO_BIG: 1009,
  INTERNAL_ERROR: 1011,
  RESTART: 1012,
  TRY_AGAIN_LATER,
  BAD_REQUEST: 4000,
  FORBIDDEN: 4003,
  VERSION_UNSUPPORTED: 4010,
  TOKEN_MISSING: 4100,
  TOKEN_EXPIRED: 4101,
  TOKEN_REVOKED: 4102,
  OVERLOADED: 4202,
  RATE_LIMITED: 4203,
  SLOW_CONSUMER: 4204,
} as const;

/** What a client does after a close it did not ask for. */
export type CloseAction = "retry" | "retry_slowly" | "stop" | "refresh_token";

const byHundred: Readonly<Record<number, CloseAction>> = {
  40: "stop",
  41: "refresh_token",
  42: "retry_slowly",
};

/** The action for a close code; unknown codes go by their hundred. */
export function closeAction(code: number): CloseAction {
  if (code === TRY_AGAIN_LATER) return "retry_slowly";
  return byHundred[Math.floor(code / 100)] ?? "retry";
}
