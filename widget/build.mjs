// Bundles the browser code with esbuild. `node widget/build.mjs` writes server/curbside/static/built/;
// `--check` also fails when a bundle is over its budget (docs: design budgets);
// `--release` puts the launcher that was built among the released ones, under the version of package.json;
// `--pipe PATH` writes only the simulation's Node entry to PATH.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { adopted } from "./adopted.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "widget", "src");
const target = join(root, "server", "curbside", "static", "built");
const released = join(root, "widget", "released");

/** What is built, and how many brotli bytes the scripts and styles of it may weigh together. */
const bundles = [
  { name: "screen", entry: "screen/main.ts", format: "esm", budget: 4 * 1024 }, // named by the launcher: built first
  { name: "widget", entry: "launcher/main.ts", format: "iife", budget: 5 * 1024 },
  { name: "panel", entry: "panel/main.tsx", format: "esm", budget: 30 * 1024, call: "panel/call/Calls.tsx" },
  { name: "window", entry: "window/main.tsx", format: "esm", budget: 64 * 1024 },
  { name: "check", entry: "check/main.tsx", format: "esm", budget: 14 * 1024 },
  { name: "desk", entry: "desk/main.tsx", format: "esm", budget: 120 * 1024, call: "desk/call/Calls.tsx" },
];
/** What a call may weigh beyond that, in a page that has never had one. */
const CALL_BUDGET = 20 * 1024;

const common = {
  bundle: true,
  minify: true,
  target: "es2021",
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  loader: { ".svg": "text" },
  plugins: [adopted],
};

const compressed = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

const digest = (algorithm, encoding, bytes) => createHash(algorithm).update(bytes).digest(encoding);

/** Content-hashed file name: `panel.js` becomes `panel.1f2e3d4c5b.js`, so that it may be cached for ever. */
function hashedName(name, bytes) {
  const [stem, extension] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf("."))];
  return `${stem}.${digest("sha256", "hex", bytes).slice(0, 10)}${extension}`;
}

/**
 * Bundle one entry in memory: `[{name, bytes, first}]`, its stylesheet and the chunks it loads when needed included.
 * `first` tells what is fetched before the page can be used: chunks that are only imported later do not weigh.
 * `call` tells what comes with the first call.
 */
async function bundle({ name, entry, format, call }, screen) {
  const built = await build({
    ...common,
    // Strict mode is the compiler's business here: a word less in every page.
    ...(format === "iife" ? { tsconfigRaw: { compilerOptions: { strict: false } } } : {}),
    define: { SCREEN: JSON.stringify(screen) },
    entryPoints: { [name]: join(source, entry) },
    outdir: target,
    chunkNames: `${name}-[name].[hash]`,
    splitting: format === "esm",
    format,
    metafile: true,
    absWorkingDir: root,
    write: false,
  });
  const first = fetchedFirst(built.metafile, relative(root, join(target, `${name}.js`)));
  const { outputs } = built.metafile;
  const chunk = Object.keys(outputs).find((path) => call && outputs[path].entryPoint === `widget/src/${call}`);
  const calls = fetchedFirst(built.metafile, chunk);
  return built.outputFiles.map((file) => {
    const path = relative(root, file.path);
    const when = { first: first.has(path), call: calls.has(path) && !first.has(path) };
    return { name: basename(path), bytes: Buffer.from(file.contents), ...when };
  });
}

/** The outputs that an entry needs at once: its own file, its stylesheet and whatever those import statically. */
function fetchedFirst({ outputs }, entry) {
  const found = new Set();
  const visit = (path) => {
    if (!outputs[path] || found.has(path)) return;
    found.add(path);
    if (outputs[path].cssBundle) visit(outputs[path].cssBundle);
    for (const { path: other, kind } of outputs[path].imports) if (kind === "import-statement") visit(other);
  };
  visit(entry);
  return found;
}

/** Write a file under its own name and its hashed one; what the manifest says of it. */
async function publish({ name, bytes }) {
  // A chunk has its hash already, and is imported by that very name.
  const file = /-.+\.[A-Z0-9]{8}\.js$/.test(name) ? name : hashedName(name, bytes);
  await writeFile(join(target, name), bytes);
  return place(file, bytes);
}

/** Write a file under a name that is its own for ever; what the manifest says of it. */
async function place(file, bytes) {
  const small = compressed(bytes);
  await writeFile(join(target, file), bytes);
  await writeFile(join(target, `${file}.br`), small);
  return { file, sri: integrity(bytes), bytes: bytes.length, brotli: small.length };
}

const integrity = (bytes) => `sha384-${digest("sha384", "base64", bytes)}`;

const releases = async () => JSON.parse(await readFile(join(released, "releases.json"), "utf8"));

/** Launchers that pages may have pinned are served on, byte for byte as they were released. */
async function publishReleased(manifest) {
  for (const { version, file, sri, screen } of await releases()) {
    const found = await place(file, await readFile(join(released, file)));
    if (found.sri !== sri) throw new Error(`widget/released/${file} is not what was released as ${version}`);
    manifest[`widget@${version}.js`] = { ...found, version };
    manifest[`screen@${version}.js`] = await place(screen, await readFile(join(released, screen)));
  }
}

/** Keep the launcher that was built as that of this version. A version is released once. */
async function release() {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const earlier = await releases();
  if (earlier.some((each) => each.version === version)) throw new Error(`${version} is released already`);
  const bytes = await readFile(join(target, "widget.js"));
  const file = hashedName("widget.js", bytes);
  await writeFile(join(released, file), bytes);
  const masks = await readFile(join(target, "screen.js")); // the launcher fetches this very build of it
  const screen = hashedName("screen.js", masks);
  await writeFile(join(released, screen), masks);
  const all = [{ version, file, sri: integrity(bytes), screen }, ...earlier];
  await writeFile(join(released, "releases.json"), `${JSON.stringify(all, null, 2)}\n`);
  console.log(`widget: ${version} is ${file}`);
}

/** Remove what an earlier build left and this one did not write. */
async function sweep(manifest) {
  const kept = new Set(["manifest.json"]);
  for (const [name, { file }] of Object.entries(manifest))
    for (const each of [name, file, `${file}.br`]) kept.add(each);
  for (const file of await readdir(target)) if (!kept.has(file)) await rm(join(target, file), { recursive: true });
}

async function buildAll(check) {
  await mkdir(target, { recursive: true });
  const manifest = {};
  let over = false;
  for (const each of bundles) {
    if (!existsSync(join(source, each.entry))) {
      console.log(`${each.name}: skipped, widget/src/${each.entry} is not there`);
      continue;
    }
    const files = await bundle(each, manifest["screen.js"]?.file.split(".")[1] ?? "");
    for (const file of files) manifest[file.name] = await publish(file);
    const weigh = (when) => files.reduce((sum, file) => sum + (file[when] ? manifest[file.name].brotli : 0), 0);
    const weight = weigh("first");
    Object.assign(manifest[`${each.name}.js`], { weight, budget: each.budget });
    const fits = [told(each.name, weight, each.budget)];
    if (each.call) fits.push(told(`${each.name}'s calls`, weigh("call"), CALL_BUDGET));
    over ||= fits.includes(false);
  }
  await publishReleased(manifest);
  await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await sweep(manifest);
  const releasing = options.includes("--release");
  if (releasing && !over) await release();
  return (check || releasing) && over ? 1 : 0;
}

/** Say what something weighs; whether that is within its budget. */
function told(name, weight, budget) {
  console.log(`${name}: ${weight} of ${budget} bytes brotli${weight <= budget ? "" : ": OVER BUDGET"}`);
  return weight <= budget;
}

/** Build the entry that lets a simulation drive the core over standard input and output. */
async function buildPipe(path) {
  await build({
    ...common,
    minify: false,
    entryPoints: [join(source, "core", "pipe.ts")],
    outfile: path,
    format: "esm",
    platform: "node",
    target: "node20",
  });
  return 0;
}

const options = process.argv.slice(2);
const pipe = options.indexOf("--pipe");
process.exitCode = pipe >= 0 ? await buildPipe(options[pipe + 1]) : await buildAll(options.includes("--check"));
