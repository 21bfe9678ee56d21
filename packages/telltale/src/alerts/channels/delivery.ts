import { type AlertUpdate, accepts, alertUpdate } from "@telltale/protocol";
import { z } from "zod";

/** One message to one channel, on its way or done. */
export const deliverySchema = z.object({
  id: z.string(),
  channel: z.string(),
  state: z.enum(["waiting", "delivered", "dead"]),
  alerts: z.array(z.custom<AlertUpdate>((value) => accepts(alertUpdate, value))),
  /** Alerts beyond what one message holds. */
  omitted: z.int(),
  /** Unix ms. */
  created_at: z.number(),
  /** When the next attempt is due, Unix ms. */
  due_at: z.number(),
  attempts: z.int(),
  first_attempt_at: z.number().nullable(),
  finished_at: z.number().nullable(),
  /** What came of the last attempt. */
  detail: z.string().nullable(),
});

export type Delivery = z.output<typeof deliverySchema>;

/** Alerts in one message. */
const MOST_ALERTS = 100;

/** The delivery with one more alert in it; of one alert only the newest state is told. */
export function withAlert(delivery: Delivery, alert: AlertUpdate): Delivery {
  const others = delivery.alerts.filter(({ id }) => id !== alert.id);
  if (others.length >= MOST_ALERTS) return { ...delivery, omitted: delivery.omitted + 1 };
  return { ...delivery, alerts: [...others, alert] };
}
