import type { NextConfig } from "next";

const isDev = process.env.NODE_ENV === "development";
// What the server replaces when it starts, by the path below which it is offered: see moe/web/marker.py.
const base = isDev ? "" : "/__moe_base__";

const config: NextConfig = {
  trailingSlash: true,
  basePath: base,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  generateBuildId: () => "moe", // an id by chance would make every build another one
  env: { NEXT_PUBLIC_BASE: base, NEXT_PUBLIC_SOURCES: process.env.MOE_UI_SOURCES ?? "dev" },
  ...(isDev
    ? {
        skipTrailingSlashRedirect: true,
        rewrites: async () =>
          ["/api/:path*", "/health/:path*"].map((source) => ({
            source,
            destination: `${process.env.MOE_URL ?? "http://127.0.0.1:7000"}${source}`,
          })),
      }
    : { output: "export" as const }),
};

export default config;
