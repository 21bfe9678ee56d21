/** What a month will have cost. Times are Unix ms, months and days those of UTC, money US dollars. */
export interface Projection {
  /** Such as `2026-11`. */
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly spent: number;
  readonly projected: number | null;
  /** Nine of ten months like the days before end between these; null with fewer than three days. */
  readonly low: number | null;
  readonly high: number | null;
  /** Whole days that it is computed from. */
  readonly days: number;
  /** How, in one sentence. */
  readonly method: string;
}

const DAY = 86_400_000;
/** Whole days before today that are looked at. */
export const PROJECTION_DAYS = 28;
/** Standard deviations on either side that hold nine of ten. */
const Z90 = 1.644854;

/** From when daily costs are needed. */
export function projectionFrom(now: number): number {
  return Math.min(monthOf(now).from, startOfDay(now) - PROJECTION_DAYS * DAY);
}

function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

function monthOf(now: number): { from: number; to: number; month: string } {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const from = Date.UTC(year, month);
  return { from, to: Date.UTC(year, month + 1), month: new Date(from).toISOString().slice(0, 7) };
}

/**
 * What was spent this month, and for the rest of it the mean of the last whole days; Saturdays and
 * Sundays apart from the others once there are 14 days. The band comes from how far single days lay
 * from that mean, and from how few they are.
 *
 * @param daily cost by start of the day, days without any left out
 */
export function project(daily: ReadonlyMap<number, number>, now: number): Projection {
  const { from, to, month } = monthOf(now);
  const today = startOfDay(now);
  let spent = 0;
  for (const [day, cost] of daily) if (day >= from && day <= now) spent += cost;
  const first = Math.max(today - PROJECTION_DAYS * DAY, Math.min(today, ...daily.keys()));
  const days: { day: number; cost: number }[] = [];
  for (let day = first; day < today; day += DAY) days.push({ day, cost: daily.get(day) ?? 0 });
  const common = { month, from, to, spent, days: days.length };
  if (days.length < 3) {
    return {
      ...common,
      projected: null,
      low: null,
      high: null,
      method: "Not projected: that takes three whole days (UTC) of data.",
    };
  }
  const apart = days.length >= 14;
  const kindOf = (day: number): string => (apart && isWeekend(day) ? "weekend" : "day");
  const means = new Map<string, number>();
  for (const kind of ["day", "weekend"]) {
    const costs = days.filter(({ day }) => kindOf(day) === kind).map(({ cost }) => cost);
    if (costs.length > 0) means.set(kind, costs.reduce((a, b) => a + b, 0) / costs.length);
  }
  const expected = (day: number): number => means.get(kindOf(day)) ?? 0;
  const freedom = Math.max(1, days.length - means.size);
  const squares = days.reduce((sum, { day, cost }) => sum + (cost - expected(day)) ** 2, 0);
  const spread = Math.sqrt(squares / freedom);
  const restOfToday = (today + DAY - now) / DAY;
  let projected = spent + expected(today) * restOfToday;
  let left = restOfToday;
  for (let day = today + DAY; day < to; day += DAY) {
    projected += expected(day);
    left += 1;
  }
  const band = Z90 * spread * Math.sqrt(left + left ** 2 / days.length);
  return {
    ...common,
    projected,
    low: Math.max(spent, projected - band),
    high: projected + band,
    method:
      `Spent so far, and for the rest of the month (UTC) the mean of the last ${days.length} whole days` +
      `${apart ? ", weekends apart" : ""}; the band holds nine of ten months if days go on to vary as these did.`,
  };
}

function isWeekend(day: number): boolean {
  const weekday = new Date(day).getUTCDay();
  return weekday === 0 || weekday === 6;
}
