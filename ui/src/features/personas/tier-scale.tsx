import { texts } from "@/texts/en";
import { findThresholds } from "./board";

const words = texts.personas.page;

/** A persona's score between the thresholds of its tier. */
export function TierScale({ tier, score, thresholds }: { tier: string; score: number; thresholds: Record<string, number> }) {
  const { sinks, rises } = findThresholds(tier, thresholds);
  const label = [
    words.scale(score.toFixed(2)),
    ...Object.entries(thresholds).map(([name, value]) => `${name} ${value}`),
  ].join(", ");
  return (
    <div>
      <svg role="img" aria-label={label} viewBox="0 0 100 10" preserveAspectRatio="none" className="h-4 w-full">
        <rect x="0" y="4" width="100" height="2" className="fill-muted" />
        {sinks !== null && <rect x="0" y="4" width={sinks * 100} height="2" className="fill-bad/60" />}
        {rises !== null && <rect x={rises * 100} y="4" width={100 - rises * 100} height="2" className="fill-good/60" />}
        {Object.entries(thresholds).map(([name, value]) => (
          <rect key={name} x={value * 100} y="2" width="0.4" height="6" className="fill-muted-foreground" />
        ))}
        <rect x={Math.min(98.8, score * 100)} y="0" width="1.2" height="10" className="fill-primary" />
      </svg>
      <p className="text-xs text-muted-foreground tabular-nums">
        {Object.entries(thresholds)
          .map(([name, value]) => `${name} ${value}`)
          .join(" · ")}
        {" · "}
        <span className="font-medium text-foreground">{words.scale(score.toFixed(2))}</span>
      </p>
    </div>
  );
}
