import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["core", "desk", "lines", "panel"].map((part) => `tests/${part}/**/*.test.ts`),
    environment: "node",
    testTimeout: 20_000,
  },
});
