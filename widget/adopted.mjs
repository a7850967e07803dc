// Stylesheets that scripts adopt, small and as text: the launcher's in its shadow root, the call's with its code.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

export const adopted = {
  name: "adopted",
  setup: ({ onLoad }) =>
    onLoad({ filter: /(launcher|call)\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    }),
};
