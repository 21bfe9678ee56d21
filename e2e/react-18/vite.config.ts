import { defineConfig } from "vite";

// The packages as built stand beside the React of the repository; here they get the one of this folder.
const react = ["react", "react-dom", "react-test-renderer"];

export default defineConfig({
  resolve: { dedupe: react },
  ssr: { noExternal: true, resolve: { noExternal: true } },
});
