import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleSlash2, Hand, LoaderCircle, PowerOff, type LucideIcon } from "lucide-react";
import { texts } from "@/texts/en";
import { Badge, type Tone } from "./badge";

const LOOKS: Record<string, readonly [Tone, LucideIcon]> = {
  queued: ["plain", CircleDashed],
  running: ["info", LoaderCircle],
  waiting: ["warn", Hand],
  done: ["good", CircleCheck],
  failed: ["bad", CircleAlert],
  cancelled: ["warn", Ban],
  interrupted: ["warn", PowerOff],
  skipped: ["plain", CircleSlash2],
};

/** How a run or a task stands: a sign, a word, and a colour. */
export function StatusBadge({ status }: { status: string }) {
  const [tone, Icon] = LOOKS[status] ?? ["plain", CircleDashed];
  const words: Record<string, string> = texts.shell.status;
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3" />
      {words[status] ?? status}
    </Badge>
  );
}
