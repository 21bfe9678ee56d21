import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render, waitFor } from "@testing-library/react";
import type { ReactElement } from "react";

/** Renders what holds links, which need an address to start from. */
export async function atAnAddress(content: ReactElement): Promise<void> {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => content }),
    history: createMemoryHistory(),
  });
  const { container } = render(<RouterProvider router={router as never} />);
  await waitFor(() => {
    if (container.childElementCount === 0) throw new Error("The router has not rendered yet.");
  });
}
