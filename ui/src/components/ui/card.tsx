import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-lg border bg-card p-4", className)} {...rest} />;
}

/** A page's first line: its name, and what can be done with all of it. */
export function PageHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <h1 className="text-xl font-semibold">{title}</h1>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </header>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, hint, children }: { title: ReactNode; hint?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed p-8 text-center">
      <p className="font-medium">{title}</p>
      {hint && <p className="max-w-prose text-sm text-muted-foreground">{hint}</p>}
      {children}
    </div>
  );
}

/** Stands where something is being fetched. */
export function Loading({ label, className }: { label: string; className?: string }) {
  return (
    <div role="status" className={cn("rounded-lg border bg-card p-4 text-sm text-muted-foreground", className)}>
      {label}
    </div>
  );
}
