import { Badge, type Tone } from "@/components/ui";
import { texts } from "@/texts/en";

const TONES: Record<string, Tone> = { done: "good", degraded: "warn", failed: "bad", cancelled: "plain", interrupted: "bad", running: "info", waiting: "warn", queued: "plain" };

/** How a run stands, in a word. */
export function StatusBadge({ status }: { status: string }) {
  return <Badge tone={TONES[status] ?? "plain"}>{texts.run.status[status] ?? status}</Badge>;
}
