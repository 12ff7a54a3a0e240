"use client";
import { useEffect, useRef } from "react";
import { useGo } from "@/nav";
import { PAGES } from "./pages";

const CHORD_SECONDS = 1.5; // between "g" and the letter

/** Whether a key's press is text that somebody types, or a control's own. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target?.closest("input, textarea, select, [contenteditable='true'], dialog[open]");
}

interface Actions {
  onPalette: () => void;
  onHelp: () => void;
}

/** The keys that work on every page. */
export function useShellKeys(actions: Actions): void {
  const go = useGo();
  const latest = useRef({ ...actions, go });
  useEffect(() => {
    latest.current = { ...actions, go };
  });
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      if (event.key === "?") {
        event.preventDefault();
        latest.current.onHelp();
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("main [data-search]");
        if (search) {
          event.preventDefault();
          search.focus();
        }
      } else if (chordUntil > event.timeStamp) {
        chordUntil = 0;
        const page = PAGES.find(({ letter }) => letter === event.key);
        if (page) {
          event.preventDefault();
          latest.current.go(page.href);
        }
      } else if (event.key === "g") chordUntil = event.timeStamp + CHORD_SECONDS * 1000;
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
