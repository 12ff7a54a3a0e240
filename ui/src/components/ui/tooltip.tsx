"use client";
import { lazy, Suspense, type ReactNode } from "react";

const TooltipParts = lazy(() => import("./tooltip-parts")); // see Menu

/** Words beside a control that has the pointer or the focus; nothing that is not said elsewhere too. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Suspense fallback={children}>
      <TooltipParts text={text}>{children}</TooltipParts>
    </Suspense>
  );
}
