import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { precompress } from "./build/precompress.ts";

const server = "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  plugins: [vue(), precompress()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The content policy allows no inlined fonts or scripts: every asset stays a file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": server, "/ogc": server } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
