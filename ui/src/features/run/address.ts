import { flag, integer, list, oneOf, text } from "@/lib/address";

export const TABS = ["answer", "timeline", "graph", "map", "routing", "debate", "log", "raw"] as const;
export type RunTab = (typeof TABS)[number];

/** All that a view of a run is; another person who opens the address sees the same. */
export const RUN_ADDRESS = {
  id: text(),
  tab: oneOf(TABS, "answer"),
  /** The playhead: the number of the last event that counts; none follows the run. */
  at: integer(),
  /** What the inspector shows: "task:…", "event:…", "node:…", "cite:…". */
  sel: text(),
  /** Tasks whose children are hidden, by their path in the tree. */
  closed: list(),
  /** Of the search that the graph and the debate show; none for the newest. */
  search: integer(),
  /** Personas whose paths are not drawn. */
  without: list(),
  hop: integer(),
  table: flag(),
  /** Of the place that is chosen on the map. */
  pin: integer(),
  critical: oneOf(["on", "off"], "on"),
  q: text(),
  kind: text(),
  follow: oneOf(["on", "off"], "on"),
  raw: oneOf(["events", "result"], "events"),
};
