"use client";
import { ChevronDown, ChevronRight, CircleAlert, CircleCheck, CircleDashed, CircleSlash, CircleX, Hand, RotateCcw } from "lucide-react";
import { useMemo, useRef, type KeyboardEvent } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { cn } from "@/lib/cn";
import { count, duration, shortCount } from "@/lib/format";
import type { RunState, TaskStatus } from "@/lib/live/state";
import { buildTree, listRows, type TreeRow } from "@/lib/live/tree";
import { texts } from "@/texts/en";

const said = texts.run.tree;
const ROW = 46; // pixels
const ICONS: Record<TaskStatus, { icon: typeof CircleX; tone: string }> = {
  running: { icon: CircleDashed, tone: "text-primary" },
  waiting: { icon: Hand, tone: "text-warn" },
  done: { icon: CircleCheck, tone: "text-good" },
  degraded: { icon: CircleAlert, tone: "text-warn" },
  failed: { icon: CircleX, tone: "text-bad" },
  cancelled: { icon: CircleSlash, tone: "text-muted-foreground" },
};

interface TreePaneProps {
  state: RunState;
  closed: readonly string[];
  chosen: string;
  onChoose: (taskId: string) => void;
  onClosed: (closed: readonly string[]) => void;
}

/** Who handed work to whom: Camina, her Belters, their Drummers. */
export function TreePane({ state, closed, chosen, onChoose, onClosed }: TreePaneProps) {
  const rows = useMemo(() => listRows(buildTree(state), new Set(closed)), [state, closed]);
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used in this component alone
  const lines = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 10 });
  const at = Math.max(0, rows.findIndex(({ task }) => task.id === chosen));
  if (!rows.length) return <p className="text-sm text-muted-foreground">{said.empty}</p>;
  const toggle = (row: TreeRow) => onClosed(row.isOpen ? [...closed, row.task.id] : closed.filter((id) => id !== row.task.id));
  const focus = (place: number) => {
    const row = rows[place];
    if (!row) return;
    onChoose(row.task.id);
    lines.scrollToIndex(place);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-place="${place}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent) => {
    const row = rows[at];
    const moves: Record<string, () => void> = {
      ArrowDown: () => focus(Math.min(rows.length - 1, at + 1)),
      ArrowUp: () => focus(Math.max(0, at - 1)),
      Home: () => focus(0),
      End: () => focus(rows.length - 1),
      ArrowRight: () => (row?.children && !row.isOpen ? toggle(row) : focus(Math.min(rows.length - 1, at + 1))),
      ArrowLeft: () => (row?.children && row.isOpen ? toggle(row) : focus(Math.max(0, rows.findIndex((one) => one.task.id === row?.task.parentId)))),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  return (
    <div ref={box} className="max-h-[28rem] overflow-auto">
      <div role="tree" aria-label={said.label} onKeyDown={onKey} className="relative" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map((line) => {
          const row = rows[line.index];
          return (
            row && (
              <div key={row.task.id} role="none" className="absolute inset-x-0" style={{ top: line.start, height: line.size }}>
                <Row
                  row={row}
                  place={line.index}
                  now={state.at}
                  isChosen={row.task.id === chosen}
                  isReached={line.index === at}
                  onChoose={() => onChoose(row.task.id)}
                  onToggle={() => toggle(row)}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  row: TreeRow;
  place: number;
  now: number;
  isChosen: boolean;
  isReached: boolean;
  onChoose: () => void;
  onToggle: () => void;
}

function Row({ row, place, now, isChosen, isReached, onChoose, onToggle }: RowProps) {
  const { task } = row;
  const { icon: Icon, tone } = ICONS[task.status];
  const Chevron = row.isOpen ? ChevronDown : ChevronRight;
  const isSum = row.children > 0 && row.tokens > 0;
  const details = [
    said.roles[task.role] ?? task.role,
    duration(Math.max(0, (task.endedAt ?? now) - task.startedAt)),
    row.tokens > 0 && `${isSum ? "Σ " : ""}${said.tokens(shortCount(row.tokens))}`,
    row.retries > 0 && `${row.children > 0 ? "Σ " : ""}${said.retries(count(row.retries))}`,
    task.attempts > 1 && said.attempts(count(task.attempts)),
  ].filter(Boolean);
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.children ? row.isOpen : undefined}
      aria-selected={isChosen}
      tabIndex={isReached ? 0 : -1}
      data-place={place}
      onClick={onChoose}
      onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), onChoose())}
      className={cn("flex h-full cursor-pointer items-start gap-1.5 rounded-md px-1.5 py-1 text-sm hover:bg-muted", isChosen && "bg-muted")}
      style={{ paddingLeft: `${row.depth * 0.9 + 0.25}rem` }}
    >
      {row.children ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={row.isOpen ? said.close : said.open}
          onClick={(event) => (event.stopPropagation(), onToggle())}
          className="mt-0.5 shrink-0"
        >
          <Chevron aria-hidden className="size-4" />
        </button>
      ) : (
        <span className="w-4 shrink-0" />
      )}
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="truncate font-medium">{task.agent || task.role}</span>
          <span className={cn("shrink-0 text-xs", tone)}>{texts.run.status[task.status] ?? task.status}</span>
          {row.retries > 0 && <RotateCcw aria-hidden className="size-3 shrink-0 text-warn" />}
        </span>
        <span className="block truncate text-xs text-muted-foreground tabular-nums" title={details.join(" · ")}>
          {details.join(" · ")}
        </span>
      </span>
    </div>
  );
}
