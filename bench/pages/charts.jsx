// Six of the dashboard's own charts, each fed with a whole series anew ten times a second.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Legend } from "../../apps/dashboard/src/charts/Legend.tsx";
import { Plot } from "../../apps/dashboard/src/charts/Plot.tsx";

const count = Number(new URLSearchParams(location.search).get("points"));
const stepMs = 1_000;
const drawings = [
  { kind: "line", unit: "rate", scale: "linear", fill: true },
  { kind: "line", unit: "rate", scale: "linear", fill: true },
  { kind: "line", unit: "duration", scale: "linear", fill: false },
  { kind: "line", unit: "duration", scale: "log", fill: false },
  { kind: "line", unit: "count", scale: "linear", fill: true },
  { kind: "line", unit: "money", scale: "linear", fill: true },
];

const begin = Date.now() - count * stepMs;
const value = (number, chart) => 100 + 50 * Math.sin(number / 90 + chart) + ((number * 7919) % 23);
const all = drawings.map((_, chart) =>
  Array.from({ length: count }, (_, number) => [begin + number * stepMs, value(number, chart)]),
);
let next = count;

function advance() {
  for (const [chart, points] of all.entries()) {
    points.shift();
    points.push([begin + next * stepMs, value(next, chart)]);
  }
  next += 1;
}

function Charts() {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      advance();
      setTurn((turn) => turn + 1);
    }, 100);
    return () => clearInterval(timer);
  }, []);
  return drawings.map((drawing, chart) => {
    const points = [...all[chart]];
    const series = [{ label: "one", color: "#19b48a", points }];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: they stay where they are
      <section key={chart}>
        <Plot series={series} drawing={drawing} from={points[0][0]} to={points.at(-1)[0]} />
        <Legend title="chart" series={series} unit={drawing.unit} kind="line" reach={stepMs} />
      </section>
    );
  });
}

createRoot(document.getElementById("root")).render(<Charts />);
