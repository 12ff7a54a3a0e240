import { count, percent } from "@/lib/format";
import { texts } from "@/texts/en";
import type { Rate } from "./board";

const words = texts.personas.card;

/** A share as a mark within its 95 % interval, and in words with how many it rests on; never a bare percentage. */
export function RateBar({ name, rate }: { name: string; rate: Rate }) {
  const told =
    rate.mean === null
      ? words.none
      : `${percent(rate.mean)} (${Math.round(rate.low * 100)}–${Math.round(rate.high * 100)}, n\u202f${count(rate.n)})`;
  return (
    <div className="min-w-0">
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <span className="text-muted-foreground">{name}</span>
        <span className="text-right tabular-nums">{told}</span>
      </div>
      <svg role="img" aria-label={words.interval(name, told)} viewBox="0 0 100 6" preserveAspectRatio="none" className="mt-0.5 h-1.5 w-full">
        <rect x="0" y="2" width="100" height="2" className="fill-muted" />
        {rate.mean !== null && (
          <>
            <rect x={rate.low * 100} y="1" width={Math.max(1, (rate.high - rate.low) * 100)} height="4" className="fill-primary/35" />
            <rect x={Math.min(98.5, rate.mean * 100)} y="0" width="1.5" height="6" className="fill-primary" />
          </>
        )}
      </svg>
    </div>
  );
}
