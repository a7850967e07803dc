// Stylesheets that scripts adopt, small and as text: the launcher's in its shadow root, the call's with its code.
import { build } from "esbuild";

export const adopted = {
  name: "adopted",
  setup: ({ onLoad, initialOptions }) =>
    onLoad({ filter: /(launcher|call|check|screen|phoning)\.css$/ }, async ({ path }) => {
      const options = { bundle: true, minify: true, write: false, target: initialOptions.target };
      const { outputFiles } = await build({ entryPoints: [path], ...options });
      return { contents: outputFiles[0].text.trim(), loader: "text" };
    }),
};
