/** The path below which the server offers this page; "" at its root. The server writes it when it starts. */
export const BASE = process.env.NEXT_PUBLIC_BASE ?? "";
/** Of which sources this page was built. */
export const SOURCES = process.env.NEXT_PUBLIC_SOURCES ?? "dev";
