import { Outlet, useRouterState } from "@tanstack/react-router";
import { Layout } from "./Layout.tsx";

/** Every page has the shell around it, but for those shown within other pages. */
export function Frame() {
  const embedded = useRouterState({
    select: ({ location }) => location.pathname.startsWith("/embed/"),
  });
  return embedded ? <Outlet /> : <Layout />;
}
