"use client";
import { cn } from "@/lib/cn";
import { Link, usePath } from "@/nav";
import { texts } from "@/texts/en";
import { findPage, PAGES } from "./pages";

/** The nine pages, at the left; behind a button where the window is narrow. */
export function Rail({ isOpen, onChosen }: { isOpen: boolean; onChosen: () => void }) {
  const here = findPage(usePath());
  return (
    <nav
      id="rail"
      aria-label={texts.shell.navigation}
      className={cn("flex-col gap-0.5 p-2 md:sticky md:top-14 md:flex md:h-fit md:w-44 md:shrink-0", isOpen ? "flex" : "hidden")}
    >
      {PAGES.map((page) => (
        <Link
          key={page.href}
          href={page.href}
          onClick={onChosen}
          aria-current={page === here ? "page" : undefined}
          className="flex items-center gap-2.5 rounded-md border-l-2 border-transparent px-2.5 py-1.5 text-sm hover:bg-muted aria-[current=page]:border-primary aria-[current=page]:bg-muted aria-[current=page]:font-medium"
        >
          <page.icon aria-hidden className="size-4 shrink-0" />
          {page.label}
        </Link>
      ))}
    </nav>
  );
}
