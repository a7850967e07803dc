import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    include: ["core", "desk", "lines", "panel"].map((part) => `tests/${part}/**/*.test.ts`),
    environment: "node",
    testTimeout: 20_000,
  },
});
