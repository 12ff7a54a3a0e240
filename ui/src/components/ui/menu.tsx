"use client";
import { lazy, Suspense, type ReactNode } from "react";

// What floats is fetched after the page is drawn: it is a tenth of what a page would load first.
const MenuParts = lazy(() => import("./menu-parts"));

export interface MenuItem {
  label: ReactNode;
  onSelect: () => void;
  isDangerous?: boolean;
  isDisabled?: boolean;
}

/** What can be done, behind a button. */
export function Menu({ trigger, items }: { trigger: ReactNode; items: readonly MenuItem[] }) {
  return (
    <Suspense fallback={trigger}>
      <MenuParts trigger={trigger} items={items} />
    </Suspense>
  );
}
