import { Badge, type Tone } from "@/components/ui";
import { texts } from "@/texts/en";

const TONES: Record<string, Tone> = { stable: "good", active: "info", experimental: "warn", pruned: "plain" };

export function TierBadge({ tier }: { tier: string }) {
  return (
    <Badge className="whitespace-nowrap" tone={TONES[tier] ?? "plain"} title={texts.personas.about[tier]}>
      {texts.personas.tiers[tier] ?? tier}
    </Badge>
  );
}
