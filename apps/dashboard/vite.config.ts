import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, loadEnv } from "vite";
import { compressed, fontFirst } from "./delivered.ts";

const server = process.env["TELLTALE_DEV_SERVER"] ?? "http://127.0.0.1:8000";

// To the server its own page asks, whichever port this one is at.
const target = { target: server, headers: { origin: new URL(server).origin } };

export default defineConfig(({ mode }) => {
  const guideEnv = loadEnv(mode, import.meta.dirname, "REACT_APP_");
  return {
    plugins: [react(), tailwindcss(), compressed(), fontFirst()],
    envPrefix: ["VITE_", "REACT_APP_"],
    define: {
      "process.env": JSON.stringify({ ...guideEnv, NODE_ENV: mode }),
      "process.env.NODE_ENV": JSON.stringify(mode),
    },
    resolve: { tsconfigPaths: true, conditions: ["@telltale/source", ...defaultClientConditions] },
    build: {
      outDir: "../../packages/telltale/dashboard",
      emptyOutDir: true,
      // The page's policy allows no data: addresses, so every asset is a file.
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: {
          codeSplitting: {
            // What every page begins with is two files, and React's does not change with each release.
            groups: [
              { name: "react", test: /node_modules\/(?:react|react-dom|scheduler)\//, priority: 2 },
              // With what reads the stream, which is needed as soon as the page is.
              {
                name: "page",
                test: /dashboard\/src\/main\.tsx$|client\/src\/reader\.ts$/,
                priority: 1,
              },
              { name: "charts", test: /dashboard\/src\/charts\/Chart\.tsx$/ },
            ],
          },
        },
      },
    },
    server: {
      host: "127.0.0.1",
      proxy: {
        "/metrics/stream": { ...target, ws: true },
        "/api": target,
        "/ingest": target,
        "/v1": target,
      },
    },
  };
});
