import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const BUILT = "../src/focalpoint/web/static/focalpoint";
const SOURCES = ["package-lock.json", "public", "src", "vite.config.js"];

function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => files(join(path, name)));
}

// Written beside the built files, so that a test without Node can tell whether they are stale:
// the SHA-256 of every source's name and content, in the order of the names.
function digest() {
  const all = createHash("sha256");
  for (const path of SOURCES.flatMap(files).sort()) {
    all.update(`${path}\n`).update(createHash("sha256").update(readFileSync(path)).digest());
  }
  return all.digest("hex");
}

// Built files are committed: nobody needs Node to install, run or test.
export default defineConfig({
  base: "./",
  publicDir: "public",
  plugins: [{ name: "digest", closeBundle: () => writeFileSync(join(BUILT, "sources.sha256"), `${digest()}\n`) }],
  build: {
    outDir: BUILT,
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
