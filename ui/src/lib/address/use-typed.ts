"use client";
import { useEffect, useState } from "react";

const PAUSE_MS = 300; // browsers refuse an address that changes with every key

/**
 * A text that is typed here and kept elsewhere, such as in the address: written after a pause in typing. What is set
 * elsewhere meanwhile counts. Before leading to another page write it at once: what is written while the router is on its
 * way there keeps it from leaving.
 *
 * @returns The text to show, what to do with what is typed, and how to write it at once.
 */
export function useTyped(value: string, write: (text: string) => void) {
  const [draft, setDraft] = useState({ text: value, from: value });
  const isPending = draft.from === value && draft.text !== value;
  const flush = () => {
    if (!isPending) return;
    setDraft({ text: draft.text, from: draft.text });
    write(draft.text);
  };
  useEffect(() => {
    if (!isPending) return;
    const timer = setTimeout(flush, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const type = (text: string) => setDraft({ text, from: value });
  return { text: draft.from === value || draft.text === value ? draft.text : value, type, flush } as const;
}
