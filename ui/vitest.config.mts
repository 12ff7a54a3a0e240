import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  test: {
    environment: "jsdom",
    setupFiles: "tests/setup.ts",
    include: ["tests/**/*.test.{ts,tsx}"],
    css: false,
  },
});
