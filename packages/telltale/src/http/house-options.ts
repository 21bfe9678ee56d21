import type { IncomingMessage } from "node:http";
import type { FastifyBaseLogger } from "fastify";
import type { Access } from "../access/access.ts";
import type { Limits } from "../access/limits.ts";
import type { OriginPolicy } from "../access/origins.ts";
import type { Passes } from "../access/passes.ts";
import type { Whereabouts } from "../access/proxies.ts";
import type { Admissions } from "./admission.ts";
import type { RecordedRoute } from "./describe.ts";

/** What the routes that belong to no project work with. */
export interface HouseOptions {
  readonly access: Access;
  readonly admissions: Admissions;
  readonly origins: OriginPolicy;
  readonly passes: Passes;
  readonly whereabouts: (request: IncomingMessage) => Whereabouts;
  readonly limits: Limits;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
  /** Where the built dashboard is; null when it has not been built. */
  readonly dashboard: string | null;
  readonly isReady: () => boolean;
  /** Closes it and sets its folder aside. */
  readonly removeProject: (id: string) => Promise<void>;
  /** Routes of a project, for the description of all. */
  readonly projectRoutes: readonly RecordedRoute[];
}
