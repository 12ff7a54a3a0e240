"use client";
import { useCallback } from "react";
import { Button, Empty, Loading, PageHead, ProblemNote } from "@/components/ui";
import { FirstCommands } from "@/features/shell/first-commands";
import { useAddress, useIsAddressed } from "@/lib/address";
import { downloadJson } from "@/lib/download";
import { texts } from "@/texts/en";
import { isFiltered, NO_FILTER, RUNS_ADDRESS, type RunsFilter } from "./address";
import { Filters, Views } from "./filters";
import { RunsTable } from "./table";
import { TickedBar } from "./ticked";
import { useRuns } from "./use-runs";

const words = texts.runs;

export function RunsPage() {
  return useIsAddressed() ? <RunsList /> : <PageHead title={texts.shell.pages.runs} />;
}

function RunsList() {
  const [state, setState] = useAddress(RUNS_ADDRESS);
  const { ticked, ...filter } = state;
  const runs = useRuns(filter);
  const onFilter = useCallback((change: Partial<RunsFilter>) => setState({ ...change, ticked: [] }, { isStep: true }), [setState]);
  const onTick = (ids: readonly string[]) => setState({ ticked: ids });
  const readAnew = () => {
    setState({ ticked: [] });
    void runs.readAnew();
  };
  return (
    <>
      <PageHead title={texts.shell.pages.runs}>
        <Button variant="outline" size="small" disabled={!runs.rows.length} onClick={() => downloadJson("run-list.json", { filter, runs: runs.rows })}>
          {words.ticked.export}
        </Button>
      </PageHead>
      <Views state={state} />
      <Filters state={state} onChange={onFilter} />
      {/* Its room is kept, so that the list stays where it is when the pill comes. */}
      <div className="mb-2 h-8" role="status">
        {runs.fresh > 0 && (
          <Button size="small" className="rounded-full" title={words.freshHint} onClick={() => void runs.readAnew()}>
            {words.fresh(runs.fresh, runs.isMoreFresh)}
          </Button>
        )}
      </div>
      {runs.isError && <ProblemNote error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.isPending && <Loading label={words.loading} />}
      {runs.isSuccess && !runs.rows.length && <NoRuns filter={filter} onFilter={onFilter} />}
      {runs.rows.length > 0 && (
        <>
          <RunsTable rows={runs.rows} ticked={ticked} onTick={onTick} />
          <div className="mt-3 flex justify-center text-sm text-muted-foreground">
            {runs.hasNextPage ? (
              <Button variant="outline" disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                {runs.isFetchingNextPage ? words.loadingMore : words.more}
              </Button>
            ) : (
              words.end
            )}
          </div>
        </>
      )}
      {ticked.length > 0 && <TickedBar ids={ticked} onUntick={() => onTick([])} onDeleted={readAnew} />}
    </>
  );
}

/** Which filter to drop where nothing fits; how to begin where there is nothing at all. */
function NoRuns({ filter, onFilter }: { filter: RunsFilter; onFilter: (change: Partial<RunsFilter>) => void }) {
  if (!isFiltered(filter))
    return (
      <Empty title={words.empty.title} hint={words.empty.hint}>
        <FirstCommands />
      </Empty>
    );
  const used = (Object.keys(NO_FILTER) as (keyof RunsFilter)[]).filter((name) => filter[name] !== NO_FILTER[name]);
  return (
    <Empty title={words.noMatch.title} hint={words.noMatch.hint}>
      <div className="flex flex-wrap justify-center gap-2">
        {used.map((name) => (
          <Button key={name} variant="outline" size="small" onClick={() => onFilter({ [name]: NO_FILTER[name] })}>
            {words.filters[name]} ✕
          </Button>
        ))}
      </div>
    </Empty>
  );
}
