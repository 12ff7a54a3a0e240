"use client";
import { lazy, Suspense, type ReactNode } from "react";
import { useStandIn } from "./late";

// What floats is fetched after the page is drawn: it is a tenth of what a page would load first.
const MenuParts = lazy(() => import("./menu-parts"));

export interface MenuItem {
  label: ReactNode;
  onSelect: () => void;
  isDangerous?: boolean;
  isDisabled?: boolean;
}

/** What can be done, behind a button; pressed before its part is there, it opens when that comes. */
export function Menu({ trigger, items }: { trigger: ReactNode; items: readonly MenuItem[] }) {
  const { focus, isPressed, watch } = useStandIn();
  return (
    <Suspense fallback={<span {...watch}>{trigger}</span>}>
      <MenuParts trigger={trigger} items={items} focus={focus} isPressed={isPressed} />
    </Suspense>
  );
}
