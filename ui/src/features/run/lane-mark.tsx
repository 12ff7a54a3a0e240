import { cn } from "@/lib/cn";
import { dashOf } from "@/lib/graph/scene";

// Written out, as the style sheet holds only classes that it finds in the sources.
const STROKES = ["stroke-lane-1", "stroke-lane-2", "stroke-lane-3", "stroke-lane-4", "stroke-lane-5", "stroke-lane-6", "stroke-lane-7", "stroke-lane-8"];
const FILLS = ["bg-lane-1", "bg-lane-2", "bg-lane-3", "bg-lane-4", "bg-lane-5", "bg-lane-6", "bg-lane-7", "bg-lane-8"];
const place = (number: number) => (number - 1) % STROKES.length;

/** A persona's number, colour, dash and name, the same in every pane. */
export function LaneMark({ number, name, className }: { number: number | undefined; name: string; className?: string }) {
  if (number === undefined) return <span className={className}>{name}</span>;
  return (
    <span className={cn("inline-flex items-center gap-1.5 text-foreground", className)}>
      <span aria-hidden className={cn("inline-flex size-4.5 items-center justify-center rounded-full text-[0.65rem] font-semibold text-background", FILLS[place(number)])}>
        {number}
      </span>
      <span>{name}</span>
      <svg aria-hidden viewBox="0 0 28 4" className="h-1 w-7">
        <line x1="0" y1="2" x2="28" y2="2" strokeWidth="3" strokeDasharray={dashOf(number).join(" ")} className={STROKES[place(number)]} />
      </svg>
    </span>
  );
}
