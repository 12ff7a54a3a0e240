import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** A table that scrolls sideways by itself where it is too wide. */
export function Table({ className, label, ...rest }: ComponentProps<"table"> & { label: string }) {
  return (
    // Reached by keyboard, as what scrolls must be.
    <div role="region" aria-label={label} tabIndex={0} className="relative min-w-0 overflow-x-auto rounded-lg border bg-card">
      <table className={cn("w-full text-sm", className)} {...rest} />
    </div>
  );
}
export const Row = ({ className, ...rest }: ComponentProps<"tr">) => (
  <tr className={cn("border-b last:border-0 hover:bg-muted/50 aria-selected:bg-muted", className)} {...rest} />
);
export const HeadCell = ({ className, ...rest }: ComponentProps<"th">) => (
  <th scope="col" className={cn("px-3 py-2 text-left font-medium whitespace-nowrap text-muted-foreground", className)} {...rest} />
);
export const Cell = ({ className, ...rest }: ComponentProps<"td">) => <td className={cn("px-3 py-2 align-top", className)} {...rest} />;
