import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { pointAt, pointAway } from "../src/charts/crosshair.ts";
import { Legend } from "../src/charts/Legend.tsx";

afterEach(cleanup);

const line = {
  label: "Requests",
  color: "red",
  points: [[1_000, 3] as const, [2_000, 5] as const],
};
const legend = (from: number, to: number) =>
  render(
    <Legend
      title="Requests"
      series={[line]}
      unit="count"
      kind="line"
      reach={500}
      from={from}
      to={to}
    />,
  );

test("a legend tells what stood at the pointer until it leaves the chart", () => {
  const [one, other] = [{}, {}];
  legend(0, 3_000);
  act(() => pointAt(one, 1_000));
  expect(screen.queryByText("Last")).toBeNull();
  // Another chart that goes takes nothing away from this one.
  act(() => pointAway(other));
  expect(screen.queryByText("Last")).toBeNull();
  act(() => pointAway(one));
  expect(screen.getByText("Last")).toBeTruthy();
});

test("a legend of another time goes by its own last figure", () => {
  const chart = {};
  legend(0, 3_000);
  act(() => pointAt(chart, 60_000));
  expect(screen.getByText("Last")).toBeTruthy();
  act(() => pointAway(chart));
});
