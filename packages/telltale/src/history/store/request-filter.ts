import type { RequestStatus } from "@telltale/protocol";
import type { Query } from "@telltale/protocol/query";

/** Filters of `GET /api/v1/requests`; all given ones must hold. */
export interface RequestFilter {
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly status?: RequestStatus | undefined;
  readonly userId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly service?: string | undefined;
  /** ms, inclusive. */
  readonly minLatencyMs?: number | undefined;
  readonly maxLatencyMs?: number | undefined;
  /** Found, whatever the case, in id, model, error type, error message, user or endpoint. */
  readonly text?: string | undefined;
  /** Unix ms, inclusive. */
  readonly from?: number | undefined;
  /** Unix ms, exclusive. */
  readonly to?: number | undefined;
  readonly query?: Query | undefined;
}
