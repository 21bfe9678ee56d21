import { test as base } from "@playwright/test";
import { type Server, startServer } from "./server.ts";
import { openSite, type Site } from "./site.ts";

export { expect } from "@playwright/test";

/** Each test has a server and, when it asks for one, another origin. */
export const test = base.extend<{ server: Server; site: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures here.
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: the same.
  site: async ({}, use) => {
    const site = await openSite();
    await use(site);
    await site.close();
  },
});
