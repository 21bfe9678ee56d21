import { seededRandom } from "@telltale/testkit/seeded-random";
import { expect, test } from "vitest";
import { Seats } from "../src/stream/seats.ts";

/** Most of these phases within any tenth. */
function busiest(phases: number[]): number {
  const sorted = [...phases].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((start) => sorted.filter((at) => at >= start && at <= start + 0.1).length),
  );
}

function seated(members: Iterable<number>): Seats<number> {
  const seats = new Seats<number>();
  for (const member of members) seats.add(member);
  return seats;
}

function phasesOf(seats: Seats<number>): number[] {
  return [...seats].map((member) => seats.phase(member) ?? Number.NaN);
}

/** So many of so many, at random. */
function some(count: number, of: number, random: () => number): number[] {
  const all = Array.from({ length: of }, (_, n) => n);
  for (let left = of; left > count; left--) all.splice(Math.floor(random() * left), 1);
  return all;
}

test("[C13] any hundred that came one after another hold at most 12 phases in any tenth", () => {
  for (let first = 0; first < 1_000; first++) {
    const seats = seated(Array.from({ length: first + 100 }, (_, n) => n));
    for (let n = 0; n < first; n++) seats.delete(n);
    expect(seats.size).toBe(100);
    expect(busiest(phasesOf(seats))).toBeLessThanOrEqual(12);
  }
});

test("[C13] and so do any hundred of which up to a tenth of the others have gone", () => {
  const random = seededRandom(3);
  for (let run = 0; run < 1_000; run++) {
    const seats = seated(some(100, 110, random));
    const all = seated(Array.from({ length: 110 }, (_, n) => n));
    const left = [...seats].map((member) => all.phase(member) ?? Number.NaN);
    expect(busiest(left)).toBeLessThanOrEqual(12);
  }
});

test("a half that is left is more even than chance, and even again once others have come", () => {
  const random = seededRandom(5);
  const halves: number[] = [];
  const chances: number[] = [];
  for (let run = 0; run < 1_000; run++) {
    const seats = seated(Array.from({ length: 200 }, (_, n) => n));
    const stay = new Set(some(100, 200, random));
    for (const member of [...seats]) if (!stay.has(member)) seats.delete(member);
    halves.push(busiest(phasesOf(seats)));
    chances.push(busiest(Array.from({ length: 100 }, random)));
    for (let n = 200; n < 300; n++) seats.add(n);
    // Two hundred: twice as many to a tenth.
    expect(busiest(phasesOf(seats))).toBeLessThanOrEqual(24);
  }
  const mean = (list: number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
  expect(mean(halves)).toBeLessThan(mean(chances) - 1);
});

test("a seat that was given up is the next to be taken", () => {
  const seats = seated([1, 2, 3]);
  const second = seats.phase(2);
  seats.delete(2);
  seats.delete(7);
  seats.add(4);
  seats.add(4);
  expect([seats.phase(4), seats.phase(2), seats.size]).toEqual([second, undefined, 3]);
  expect([...seats]).toEqual([1, 3, 4]);
});
