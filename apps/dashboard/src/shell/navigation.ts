import { Activity, Boxes, Cpu, ListTree, type LucideIcon, OctagonAlert } from "lucide-react";

export interface Place {
  readonly to: "/" | "/models" | "/requests" | "/errors" | "/system";
  readonly name: string;
  readonly icon: LucideIcon;
}

export const places: readonly Place[] = [
  { to: "/", name: "Overview", icon: Activity },
  { to: "/models", name: "Models", icon: Boxes },
  { to: "/requests", name: "Requests", icon: ListTree },
  { to: "/errors", name: "Errors", icon: OctagonAlert },
  { to: "/system", name: "System", icon: Cpu },
];
