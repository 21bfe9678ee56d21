import { CircleDollarSign, Gauge, type LucideIcon, Plus, Sparkles } from "lucide-react";
import { useLive } from "../services/live.tsx";
import type { Board } from "./board.ts";
import { latencyBoard, modelBoard, moneyBoard } from "./templates.ts";

interface StarterBoardsProps {
  readonly onChoose: (board: Board) => void;
  /** Where there is little room. */
  readonly compact?: boolean;
}

/** Boards to begin with: each shows what a board can be. */
export function StarterBoards({ onChoose, compact = false }: StarterBoardsProps) {
  const { models } = useLive();
  const busiest = [...models.values()].sort((a, b) => b.request_count - a.request_count)[0];
  return (
    <ul className={`grid gap-3 sm:grid-cols-2 ${compact ? "" : "xl:grid-cols-4"}`}>
      <Starter
        icon={Gauge}
        name="Latency"
        about="Percentiles, the heat map of all requests, lines by model, a table by endpoint."
        onChoose={() => onChoose(latencyBoard)}
      />
      <Starter
        icon={CircleDollarSign}
        name="Money"
        about="What is spent over time and on which model, who spends most, what a request costs."
        onChoose={() => onChoose(moneyBoard)}
      />
      <Starter
        icon={Sparkles}
        name="One model"
        about={
          busiest
            ? `Everything about ${busiest.model}, your busiest; change the filter for another.`
            : "Everything about one model. It can be made once there is a request."
        }
        onChoose={busiest && (() => onChoose(modelBoard(busiest.model)))}
      />
      <Starter
        icon={Plus}
        name="Empty"
        about="Add panels one by one: lines, bars, figures, tables, heat maps."
        onChoose={() => onChoose({ name: "My board", panels: [] })}
      />
    </ul>
  );
}

interface StarterProps {
  readonly icon: LucideIcon;
  readonly name: string;
  readonly about: string;
  readonly onChoose: (() => void) | undefined;
}

function Starter({ icon: Icon, name, about, onChoose }: StarterProps) {
  return (
    <li>
      <button
        type="button"
        disabled={!onChoose}
        onClick={onChoose}
        className="panel flex h-full w-full flex-col gap-1 p-4 text-left transition-colors hover:border-line-strong disabled:opacity-60"
      >
        <span className="flex items-center gap-2 text-14 font-medium">
          <Icon size={15} aria-hidden="true" className="text-accent" />
          {name}
        </span>
        <span className="text-muted">{about}</span>
      </button>
    </li>
  );
}
