import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where `npm start` runs while the page is being developed. */
const BACKEND = process.env.BACKEND_URL ?? "http://localhost:3080";

/** @rjsf/core names this in a file of its own tests, which it exports. It compiles code, so it must never be in the page. */
const withoutAjv: Plugin = {
  name: "without-ajv",
  resolveId: (id) => (id === "@rjsf/validator-ajv8" ? "\0without-ajv" : null),
  load: (id) => (id === "\0without-ajv" ? "export default undefined;" : null),
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // Relative, because the same files are served below any path; the server completes what stands in index.html.
  base: "./",
  plugins: [react(), withoutAjv],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Scripts and fonts are never inlined: the content security policy lets only files of this origin run.
    assetsInlineLimit: 0,
    // What every page needs is one file of some 200 KB as it travels; forms and markdown are fetched when first shown.
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: BACKEND },
      "/socket.io": { target: BACKEND, ws: true },
    },
  },
});
