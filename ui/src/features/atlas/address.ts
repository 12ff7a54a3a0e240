import { flag, integer, list, text } from "@/lib/address";

/** All that a view of the atlas is. */
export const ATLAS_ADDRESS = {
  /** A run whose graph is shown, in place of an index's. */
  run: text(),
  collection: text(),
  q: text(),
  limit: integer(),
  /** Nodes whose neighbours are drawn too. */
  open: list(),
  hidden: list(),
  /** Kinds that are not drawn. */
  without: list(),
  from: text(),
  to: text(),
  basket: list(),
  sel: text(),
  table: flag(),
  /** What has coordinates lies on a map, in place of the graph. */
  map: flag(),
  pin: integer(),
};
