import { defineConfig } from "vite";

// Built files are committed: nobody needs Node to install, run or test.
export default defineConfig({
  base: "./",
  publicDir: "public",
  build: {
    outDir: "../src/focalpoint/web/static/focalpoint",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: "assets",
    // No data: addresses, so that the content security policy can stay at 'self'.
    assetsInlineLimit: 0,
    // The CSS minifier rejects a hack in GOV.UK Frontend; Sass compresses already.
    cssMinify: false,
    modulePreload: { polyfill: false },
    target: "es2020",
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { app: "src/app.js", style: "src/app.scss" },
    },
  },
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules"], quietDeps: true, style: "compressed" } } },
  worker: { format: "es" },
});
