import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/core/**/*.test.ts", "tests/desk/**/*.test.ts", "tests/panel/**/*.test.ts"],
    environment: "node",
    testTimeout: 20_000,
  },
});
