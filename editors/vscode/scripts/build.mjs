// Bundles the extension and draws its icon: what vsce packs and the repository does not hold.
import { build } from "esbuild";
import { mkdirSync, writeFileSync } from "node:fs";
import { icon } from "./icon.mjs";

mkdirSync("out", { recursive: true });
await build({
  entryPoints: ["src/extension.ts"],
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node18",
  external: ["vscode"],
  outfile: "out/extension.js",
  minify: true,
  logLevel: "warning",
});
writeFileSync("out/icon.png", icon(128));
