import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm start` runs while the page is being developed. */
const BACKEND = process.env.BACKEND_URL ?? "http://localhost:3080";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Scripts and fonts are never inlined: the content security policy lets only files of this origin run.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: BACKEND },
      "/socket.io": { target: BACKEND, ws: true },
    },
  },
});
