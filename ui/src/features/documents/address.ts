import { addressOf, integer, oneOf, text, type StateOf } from "@/lib/address";

export const DOCUMENTS_ADDRESS = {
  tab: oneOf(["collections", "index"], "collections"),
  /** The collection that is shown, or that the document is of. */
  collection: text(),
  /** The document that is read; with no collection, one of the index. */
  document: text(),
  /** The characters that are marked in it. */
  start: integer(),
  end: integer(),
  /** In their place a run, and the number of its citation. */
  run: text(),
  citation: integer(),
  /** What sources of the index are filtered by. */
  words: text(),
};
export type DocumentsState = StateOf<typeof DOCUMENTS_ADDRESS>;

/** Where a document is read, for links from other pages. */
export const addressOfDocument = (state: Partial<DocumentsState>) => addressOf("/documents/", DOCUMENTS_ADDRESS, state);

/** What closes the reader. */
export const NO_DOCUMENT = { document: "", start: null, end: null, run: "", citation: null } as const;
