import { array, type Infer, number, object } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import type { HostMoment } from "../host/history.ts";
import { answers, describe } from "./describe.ts";

const past = object({
  /** Oldest first, at most a moment per second. */
  history: array(
    object({
      time: number,
      cpu_usage: number,
      memory_usage: number,
      network_in_bytes: number,
      network_out_bytes: number,
    }),
  ),
});

/** `GET /api/v1/host`: what a page that opens now has not seen of the host. */
export function registerHost(app: FastifyInstance, moments: () => readonly HostMoment[]): void {
  app.get(
    "/api/v1/host",
    describe({
      summary: "The host in the last five minutes",
      tag: "live",
      answers: answers("What a stream would have told in `system_update`", past),
    }),
    (): Infer<typeof past> => ({ history: [...moments()] }),
  );
}
