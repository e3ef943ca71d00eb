// Bundles the command line (src/serve) for Node: one file without dependencies.

import { defineConfig } from "vite";
import { lessons } from "./lessons.ts";

export default defineConfig({
  plugins: [lessons()],
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: "src/serve/cli.ts",
    outDir: "dist-cli",
    target: "node20",
    minify: false,
    rollupOptions: {
      output: {
        entryFileNames: "grand-ingress.js",
        banner: "#!/usr/bin/env node",
        codeSplitting: false,
      },
    },
  },
});
