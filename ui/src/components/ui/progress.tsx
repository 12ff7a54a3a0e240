"use client";
import { useEffect, useRef } from "react";
import { cn } from "@/lib/cn";

/** How far something is, from 0 to 1; null while nobody knows. */
export function Progress({ value, label, className }: { value: number | null; label: string; className?: string }) {
  const bar = useRef<HTMLDivElement>(null);
  const share = value === null ? null : Math.min(1, Math.max(0, value));
  // Set by script: the page's policy lets no style attribute of its HTML count.
  useEffect(() => {
    if (bar.current) bar.current.style.width = share === null ? "" : `${share * 100}%`;
  }, [share]);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-muted", className)}
    >
      <div ref={bar} className={cn("h-full rounded-full bg-primary", share === null && "w-1/3 animate-pulse")} />
    </div>
  );
}
