import { createServer } from "node:http";
import path from "node:path";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../../scripts/browser.mjs";
import { root } from "../../scripts/root.mjs";
import { bundle } from "./bundle.mjs";
import { load, named } from "./peers.mjs";

/** The libraries that have hooks, ours first. */
export const libraries = [
  { name: "@telltale/react", file: "telltale.jsx" },
  { name: named("@tanstack/react-query"), file: "tanstack-query.jsx" },
  { name: named("react-use-websocket"), file: "react-use-websocket.jsx" },
];

const executablePath = await ensureBrowser();
if (!executablePath) process.exit(1);

export function launch() {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Serves the page of one library, and the stream that it opens. Resolves once it has opened it. */
export async function open(browser, { file }, { metrics = 0, requests = 0 }) {
  const alias = { "the-library": path.join(root, "bench/pages", file) };
  const { outputFiles } = await bundle('import "./main.jsx"', {
    plugins: [
      {
        name: "the library",
        setup: (build) =>
          build.onResolve({ filter: /^the-library$/ }, () => ({ path: alias["the-library"] })),
      },
    ],
  });
  const script = outputFiles[0].text;
  const server = createServer((request, response) => {
    if (request.url.startsWith("/main.js"))
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else
      response
        .writeHead(200, { "content-type": "text/html" })
        .end('<!doctype html><div id="root"></div><script type="module" src="main.js"></script>');
  });
  const { WebSocketServer } = load("ws");
  const sockets = new WebSocketServer({ server });
  const connected = new Promise((resolve) => sockets.once("connection", resolve));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage();
  await page.goto(
    `http://127.0.0.1:${server.address().port}/?metrics=${metrics}&requests=${requests}`,
  );
  const socket = await connected;
  socket.on("error", () => {});
  return {
    page,
    socket,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      // A page that is locked up does not close when asked.
      await Promise.race([page.close(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
