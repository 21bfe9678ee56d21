import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchMiddleware,
} from "@tanstack/react-router";
import type { ComponentType } from "react";
import { readAlertsSearch } from "./pages/alerts-search.ts";
import { readBoardsSearch, readEmbedSearch } from "./pages/boards-search.ts";
import { readCompareSearch } from "./pages/compare-search.ts";
import { readCostsSearch } from "./pages/costs-search.ts";
import Overview from "./pages/Overview.tsx";
import { readOverviewSearch } from "./pages/overview-search.ts";
import { readRequestsSearch } from "./pages/requests-search.ts";
import { keptRange, readBehind, type TimeSearch } from "./range/keep-range.ts";
import { readRangeSearch } from "./range/range.ts";
import { type ReplaySearch, readReplaySearch } from "./replay/replay-search.ts";
import { untilThere } from "./services/until-there.ts";
import { Frame } from "./shell/Frame.tsx";
import { NotFound } from "./shell/NotFound.tsx";
import { PageFailed } from "./shell/PageFailed.tsx";

type PageSearch = TimeSearch & ReplaySearch;

/** The time range, and a replay, stay as chosen from page to page; what is said anew goes before. */
const keepTime: SearchMiddleware<PageSearch> = ({ search, next }) => {
  const chosen = next(search);
  return { ...keptRange(search, chosen), ...readReplaySearch({ ...search }), ...chosen };
};

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): PageSearch => ({
    ...readRangeSearch(search),
    ...readBehind(search),
    ...readReplaySearch(search),
  }),
  search: { middlewares: [keepTime] },
});
const page = (load: () => Promise<{ readonly default: ComponentType }>) =>
  lazyRouteComponent(untilThere(load));

const parent = { getParentRoute: () => root, errorComponent: PageFailed };

const routeTree = root.addChildren([
  createRoute({
    ...parent,
    path: "/",
    validateSearch: readOverviewSearch,
    component: Overview,
  }),
  createRoute({
    ...parent,
    path: "/models",
    component: page(() => import("./pages/Models.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/models/$model",
    component: page(() => import("./pages/Model.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/requests",
    validateSearch: readRequestsSearch,
    component: page(() => import("./pages/Requests.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/errors",
    component: page(() => import("./pages/Errors.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/alerts",
    validateSearch: readAlertsSearch,
    component: page(() => import("./pages/Alerts.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/costs",
    validateSearch: readCostsSearch,
    component: page(() => import("./pages/Costs.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/compare",
    validateSearch: readCompareSearch,
    component: page(() => import("./pages/Compare.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/boards",
    validateSearch: readBoardsSearch,
    component: page(() => import("./pages/Board.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/embed/board",
    validateSearch: readEmbedSearch,
    component: page(() => import("./pages/Embed.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/embed/panel",
    validateSearch: readEmbedSearch,
    component: page(() => import("./pages/Embed.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/system",
    component: page(() => import("./pages/System.tsx")),
  }),
  createRoute({
    ...parent,
    path: "/settings",
    component: page(() => import("./pages/Settings.tsx")),
  }),
]);

export const router = createRouter({ routeTree, defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
