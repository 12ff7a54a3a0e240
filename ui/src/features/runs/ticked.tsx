"use client";
import { useState } from "react";
import { Button, Confirm, toast } from "@/components/ui";
import { api, describeProblem, readEvents, unwrap } from "@/lib/api";
import { downloadJson } from "@/lib/download";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

const words = texts.runs;
const COMPARED_MAX = 4;

interface TickedBarProps {
  ids: readonly string[];
  onUntick: () => void;
  onDeleted: () => void;
}

/** What can be done with the ticked runs. */
export function TickedBar({ ids, onUntick, onDeleted }: TickedBarProps) {
  const [isAsking, setAsking] = useState(false);
  const canCompare = ids.length >= 2 && ids.length <= COMPARED_MAX;
  return (
    <div role="group" aria-label={words.ticked.count(ids.length)} className="sticky bottom-2 z-30 mt-3 flex flex-wrap items-center gap-2 rounded-lg border bg-card p-2 shadow-md">
      <span className="px-2 text-sm font-medium">{words.ticked.count(ids.length)}</span>
      {canCompare ? (
        <Button asChild size="small">
          <Link href={`/compare/?ids=${ids.map(encodeURIComponent).join(",")}`}>{words.ticked.compare}</Link>
        </Button>
      ) : (
        <Button size="small" disabled title={words.ticked.compareHint}>
          {words.ticked.compare}
        </Button>
      )}
      <Button variant="outline" size="small" onClick={() => void exportRuns(ids)}>
        {words.ticked.export}
      </Button>
      <Button variant="danger" size="small" onClick={() => setAsking(true)}>
        {words.ticked.delete}
      </Button>
      <Button variant="ghost" size="small" onClick={onUntick}>
        {words.ticked.none}
      </Button>
      <Confirm
        isOpen={isAsking}
        isDangerous
        title={words.deleting.title(ids.length)}
        action={words.ticked.delete}
        onConfirm={() => void deleteRuns(ids).then(onDeleted)}
        onClose={() => setAsking(false)}
      >
        {words.deleting.text}
      </Confirm>
    </div>
  );
}

/** Everything that is kept of the runs, as one file. */
async function exportRuns(ids: readonly string[]): Promise<void> {
  toast(words.exporting);
  try {
    const runs = [];
    for (const id of ids) {
      const path = { run_id: id };
      const result = await unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path } }));
      runs.push({ result, events: await readEvents(id) });
    }
    downloadJson(`runs-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.json`, { runs });
    toast(words.exported(runs.length));
  } catch (error) {
    toast(words.exportFailed(describeProblem(error).message));
  }
}

async function deleteRuns(ids: readonly string[]): Promise<void> {
  const problems: unknown[] = [];
  for (const id of ids)
    await unwrap(api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })).catch((error: unknown) => problems.push(error));
  if (ids.length > problems.length) toast(words.deleting.done(ids.length - problems.length));
  if (problems.length) toast(words.deleting.failed(problems.length, describeProblem(problems[0]).message));
}
