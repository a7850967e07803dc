// Builds the gallery into a folder: `node tests/browser/gallery_desk/build.mjs FOLDER`. Not a part of the product.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { adopted } from "../../../widget/adopted.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
if (!folder) throw new Error("which folder?");
await mkdir(folder, { recursive: true });
await build({
  entryPoints: [join(here, "gallery.tsx")],
  outfile: join(folder, "gallery.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [adopted],
});
await writeFile(
  join(folder, "index.html"),
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Desk</title><link rel="stylesheet" href="gallery.css"></head>
<body><div id="root"></div><script type="module" src="gallery.js"></script></body></html>`,
);
