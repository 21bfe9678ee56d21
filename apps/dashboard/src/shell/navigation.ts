import {
  Activity,
  BellRing,
  Boxes,
  CircleDollarSign,
  Cpu,
  GitCompareArrows,
  LayoutDashboard,
  ListTree,
  type LucideIcon,
  OctagonAlert,
  Settings,
} from "lucide-react";

export interface Place {
  readonly to:
    | "/"
    | "/models"
    | "/requests"
    | "/errors"
    | "/alerts"
    | "/costs"
    | "/compare"
    | "/boards"
    | "/system"
    | "/settings";
  readonly name: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
  /** The page looks at the chosen time range. */
  readonly ranged?: boolean;
}

/** In order of use. The first four stand in the bar of narrow screens, the others behind "More". */
export const places: readonly Place[] = [
  { to: "/", name: "Overview", icon: Activity, key: "o", ranged: true },
  { to: "/models", name: "Models", icon: Boxes, key: "m", ranged: true },
  { to: "/requests", name: "Requests", icon: ListTree, key: "r" },
  { to: "/errors", name: "Errors", icon: OctagonAlert, key: "e", ranged: true },
  { to: "/alerts", name: "Alerts", icon: BellRing, key: "a", ranged: true },
  { to: "/costs", name: "Costs", icon: CircleDollarSign, key: "c", ranged: true },
  { to: "/compare", name: "Compare", icon: GitCompareArrows, key: "v", ranged: true },
  { to: "/boards", name: "Boards", icon: LayoutDashboard, key: "d", ranged: true },
  { to: "/system", name: "System", icon: Cpu, key: "s" },
  { to: "/settings", name: "Settings", icon: Settings, key: "," },
];

/** What the browser's tab says: the model where there is one, the page, the product. */
export function titleOf(path: string): string {
  const place = placeAt(path);
  const model = /^\/models\/(.+)$/.exec(path)?.[1];
  const page = place?.name ?? "Not found";
  return [model && decodeURIComponent(model), page, "Telltale"].filter(Boolean).join(" · ");
}

/** The place whose page, or a page below it, is at `path`. */
export function placeAt(path: string): Place | undefined {
  return places.find(({ to }) =>
    to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`),
  );
}
