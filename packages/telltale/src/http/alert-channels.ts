import type { FastifyInstance } from "fastify";
import type { Outbox } from "../alerts/channels/outbox.ts";
import { type Channels, maskChannel } from "../alerts/channels/schema.ts";
import { deliveriesQuery, described } from "./alert-descriptions.ts";
import { ProblemError } from "./problem.ts";
import { readQuery } from "./query.ts";

export interface AlertChannelsOptions {
  readonly channels: Channels;
  readonly outbox: Outbox;
}

interface ById {
  Params: { id: string };
}

/**
 * Where alerts go, and what became of them. Read only: what this server talks to is set by who
 * runs it, in its configuration, never by who can reach this address.
 */
export function registerAlertChannels(
  app: FastifyInstance,
  { channels, outbox }: AlertChannelsOptions,
): void {
  const base = "/api/v1/alerts";

  app.get(`${base}/channels`, described.channels, () => ({
    channels: Object.entries(channels).map(([id, channel]) => ({ id, ...maskChannel(channel) })),
  }));

  app.post<ById>(`${base}/channels/:id/test`, described.testChannel, async (request) => {
    const { id } = request.params;
    if (!Object.hasOwn(channels, id)) {
      throw new ProblemError("not_found", "No channel of this name is configured");
    }
    const { ok, detail } = await outbox.test(id);
    return { channel: id, delivered: ok, detail };
  });

  app.get(`${base}/deliveries`, described.deliveries, (request) => {
    const { channel, state, limit } = readQuery(deliveriesQuery, request.query);
    const deliveries = outbox.deliveries.filter(
      (one) =>
        (channel === undefined || one.channel === channel) &&
        (state === undefined || one.state === state),
    );
    return { deliveries: deliveries.reverse().slice(0, limit) };
  });

  app.post<ById>(`${base}/deliveries/:id/retry`, described.retryDelivery, (request) => {
    const delivery = outbox.retry(request.params.id);
    if (delivery === undefined) {
      throw new ProblemError("not_found", "No message that was given up has this id");
    }
    return delivery;
  });
}
