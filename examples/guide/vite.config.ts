import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  resolve: { tsconfigPaths: true },
  // The guide reads its settings as `process.env.REACT_APP_*`, which a browser does not have.
  define: {
    "process.env": JSON.stringify({
      ...loadEnv(mode, import.meta.dirname, "REACT_APP_"),
      NODE_ENV: mode,
    }),
    "process.env.NODE_ENV": JSON.stringify(mode),
  },
}));
