"use client";
import { useMemo, useSyncExternalStore } from "react";
import type { GraphTheme } from "./canvas";

const subscribe = (listener: () => void) => {
  const watcher = new MutationObserver(listener);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => watcher.disconnect();
};

/** The page's colours for a canvas, and anew when the theme changes. */
export function useGraphTheme(): GraphTheme {
  const name = useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset.theme ?? "light",
    () => "light",
  );
  return useMemo(() => readTheme(name), [name]);
}

function readTheme(name: string): GraphTheme {
  const style = typeof document === "undefined" ? null : getComputedStyle(document.documentElement);
  const colour = (variable: string, usual: string) => style?.getPropertyValue(`--${variable}`).trim() || usual;
  const isDark = name === "dark";
  return {
    background: colour("card", isDark ? "#14181f" : "#ffffff"),
    line: colour("border", "#cbd5e1"),
    node: colour("control", "#7c8db0"),
    accent: colour("primary", "#0b6a88"),
    text: colour("foreground", isDark ? "#eeeeee" : "#1f2937"),
    // Opaque: what is half transparent would let lines show through nodes.
    faded: isDark ? "oklch(0.38 0.015 240)" : "oklch(0.85 0.01 95)",
    fadedLine: isDark ? "oklch(0.29 0.015 240)" : "oklch(0.93 0.008 95)",
    lanes: Array.from({ length: 8 }, (_, place) => colour(`lane-${place + 1}`, "#3b82f6")),
  };
}
