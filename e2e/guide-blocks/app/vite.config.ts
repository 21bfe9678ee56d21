import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  resolve: { tsconfigPaths: true },
  define: {
    "process.env": JSON.stringify({
      ...loadEnv(mode, import.meta.dirname, "REACT_APP_"),
      NODE_ENV: mode,
    }),
  },
}));
