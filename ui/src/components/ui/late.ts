"use client";
import { useEffect, useRef, useState, type RefObject } from "react";

/** What was done with a stand-in before the part was there that it stands for. */
export interface StandIn {
  /** Whether it has the focus. */
  focus: RefObject<boolean>;
  isPressed: boolean;
  /** For the element around the stand-in. */
  watch: { className: string; onFocus: () => void; onBlur: () => void; onClick: () => void };
}

/** Watches a stand-in for a part that is fetched. */
export function useStandIn(): StandIn {
  const focus = useRef(false);
  const [isPressed, setPressed] = useState(false);
  return {
    focus,
    isPressed,
    watch: {
      className: "contents",
      onFocus: () => void (focus.current = true),
      onBlur: () => void (focus.current = false),
      onClick: () => setPressed(true),
    },
  };
}

/** The part's own element, which takes the focus over from its stand-in. */
export function useTakenFocus(focus: RefObject<boolean>, isWanted = true): RefObject<HTMLButtonElement | null> {
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isWanted && focus.current) element.current?.focus();
  }, [focus, isWanted]);
  return element;
}
