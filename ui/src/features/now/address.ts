import { integer, list, oneOf, text, type StateOf } from "@/lib/address";

export const SOURCES = ["index", "docs", "collection"] as const;
export const DEPTHS = ["quick", "standard", "comprehensive"] as const;
export const TYPES = ["general", "research", "analysis", "content"] as const;

/** A question that is not asked yet, as the address tells it; other pages link here with one. */
export const ASK_ADDRESS = {
  question: text(),
  from: oneOf(SOURCES, "index"),
  docs: list(),
  collection: text(),
  depth: oneOf(["", ...DEPTHS], ""),
  type: oneOf(["", ...TYPES], ""),
  belter: text(),
  tokens: integer(),
  seconds: integer(),
  personas: list(),
  conversation: text(),
};
export type AskState = StateOf<typeof ASK_ADDRESS>;
