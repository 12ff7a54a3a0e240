import type { CollectionState } from "@/lib/api";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";

const words = texts.documents;
type Change = NonNullable<CollectionState["last_change"]>;

export const isChanging = (collection: CollectionState) => collection.status === "waiting" || collection.status === "indexing";

/** How far a change is, from 0 to 1; null where that is not known. */
export function findShare(change: Change | null | undefined): number | null {
  const progress = change?.progress;
  return progress?.total_bytes ? Math.min(1, (progress.done_bytes ?? 0) / progress.total_bytes) : null;
}

/** What a change does just now. */
export function describeStep(change: Change | null | undefined): string {
  const progress = change?.progress;
  if (!progress) return words.status[change?.status ?? "waiting"] ?? "";
  if (progress.step === "reading") return words.step.reading(progress.name ?? "");
  if (progress.step === "preparing") return words.step.preparing(progress.name ?? "");
  return words.step[progress.step];
}

/** What a change has done, in words; [] for one that is not over. */
export function describeChange(change: Change | null | undefined): string[] {
  const done = change?.change;
  if (!done) return [];
  const of = (names: readonly string[] | undefined, say: (n: string) => string) => (names?.length ? [say(count(names.length))] : []);
  return [
    ...of(done.added, words.one.added),
    ...of(done.changed, words.one.changed),
    ...of(done.removed, words.one.removed),
    words.one.passages(count(done.documents ?? 0), count(done.passages ?? 0)),
  ];
}

export const sumSizes = (files: readonly { size: number }[]) => files.reduce((sum, { size }) => sum + size, 0);
