import type { ReactElement, ReactNode } from "react";

interface Children {
  children?: ReactNode;
}
export function View(props: Children): ReactElement;
export function Text(props: Children): ReactElement;

type AppStateStatus = "active" | "background" | "inactive" | "extension" | "unknown";
export const AppState: {
  addEventListener(type: "change", listener: (state: AppStateStatus) => void): { remove(): void };
};
