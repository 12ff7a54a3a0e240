"use client";
import { lazy, Suspense, type ReactNode } from "react";
import { useStandIn } from "./late";

const TooltipParts = lazy(() => import("./tooltip-parts")); // see Menu

/** Words beside a control that has the pointer or the focus; nothing that is not said elsewhere too. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  const { focus, watch } = useStandIn();
  return (
    <Suspense fallback={<span {...watch}>{children}</span>}>
      <TooltipParts text={text} focus={focus}>{children}</TooltipParts>
    </Suspense>
  );
}
