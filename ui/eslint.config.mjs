import { defineConfig, globalIgnores } from "eslint/config";
import nextVitals from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";

export default defineConfig([
  ...nextVitals,
  ...nextTypescript,
  {
    files: ["src/features/**", "src/components/**", "src/lib/**", "src/texts/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["next", "next/*"], message: "Only src/app and src/nav.tsx know Next: import from @/nav." }] },
      ],
      "react/no-danger": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  globalIgnores([".next/**", "out/**", "next-env.d.ts", "src/lib/api/schema.d.ts"]),
]);
