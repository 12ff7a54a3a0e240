"use client";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { Cell, Checkbox, HeadCell, Row, ShortId, StatusBadge, Table } from "@/components/ui";
import type { RunSummary } from "@/lib/api";
import { ago, count, duration, moment } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

const words = texts.runs;
const { columns } = words;

interface RunsTableProps {
  rows: readonly RunSummary[];
  ticked: readonly string[];
  onTick: (ids: readonly string[]) => void;
}

export function RunsTable({ rows, ticked, onTick }: RunsTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const toggle = (id: string) => onTick(ticked.includes(id) ? ticked.filter((one) => one !== id) : [...ticked, id]);
  useRowKeys(body, toggle);
  const isAll = rows.length > 0 && rows.every((row) => ticked.includes(row.run_id));
  return (
    <Table label={words.table}>
      <thead>
        <tr className="border-b">
          <HeadCell className="w-8">
            <Checkbox aria-label={words.tickAll} checked={isAll} onChange={() => onTick(isAll ? [] : rows.map((row) => row.run_id))} />
          </HeadCell>
          <HeadCell>{columns.question}</HeadCell>
          <HeadCell>{columns.status}</HeadCell>
          <HeadCell>{columns.started}</HeadCell>
          <HeadCell className="text-right">{columns.seconds}</HeadCell>
          <HeadCell className="text-right">{columns.events}</HeadCell>
          <HeadCell>{columns.rating}</HeadCell>
          <HeadCell>{columns.worker}</HeadCell>
          <HeadCell>{columns.id}</HeadCell>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row) => (
          <RunRow key={row.run_id} row={row} isTicked={ticked.includes(row.run_id)} onToggle={() => toggle(row.run_id)} />
        ))}
      </tbody>
    </Table>
  );
}

function RunRow({ row, isTicked, onToggle }: { row: RunSummary; isTicked: boolean; onToggle: () => void }) {
  return (
    <Row data-row={row.run_id} className={isTicked ? "bg-muted" : undefined}>
      <Cell>
        <Checkbox aria-label={words.tick(row.question)} checked={isTicked} onChange={onToggle} />
      </Cell>
      <Cell className="max-w-md min-w-48">
        <Link href={`/runs/view/?id=${encodeURIComponent(row.run_id)}`} className="line-clamp-2 rounded-sm font-medium hover:underline" dir="auto">
          {row.question}
        </Link>
      </Cell>
      <Cell>
        <StatusBadge status={row.status} />
      </Cell>
      <Cell className="whitespace-nowrap" title={moment(row.started)}>
        {ago(row.started)}
      </Cell>
      <Cell className="text-right whitespace-nowrap tabular-nums">{duration(row.seconds)}</Cell>
      <Cell className="text-right tabular-nums">{count(row.events)}</Cell>
      <Cell>{row.rating && <Rating verdict={row.rating.verdict} note={row.rating.note} />}</Cell>
      <Cell>{row.worker && <ShortId most={14}>{row.worker}</ShortId>}</Cell>
      <Cell className="whitespace-nowrap">
        <ShortId most={14}>{row.run_id}</ShortId>
      </Cell>
    </Row>
  );
}

function Rating({ verdict, note }: { verdict: "good" | "bad"; note: string }) {
  const Icon = verdict === "good" ? ThumbsUp : ThumbsDown;
  return (
    <span className="inline-flex items-center gap-1" title={note || undefined}>
      <Icon aria-hidden className={verdict === "good" ? "size-3.5 text-good" : "size-3.5 text-bad"} />
      {words.filters[verdict]}
    </span>
  );
}

/** j and k go from row to row, x ticks the one that has the focus; Enter opens it, as links do. */
function useRowKeys(body: React.RefObject<HTMLTableSectionElement | null>, toggle: (id: string) => void): void {
  const latest = useRef(toggle);
  useEffect(() => {
    latest.current = toggle;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.metaKey || event.ctrlKey || event.altKey || !body.current) return;
      if (target?.closest("input:not([type='checkbox']), textarea, select, dialog[open]")) return;
      const links = [...body.current.querySelectorAll<HTMLElement>("tr a")];
      const here = target?.closest<HTMLElement>("tr[data-row]");
      const place = here ? links.findIndex((link) => here.contains(link)) : -1;
      if (event.key === "j") links[Math.min(place + 1, links.length - 1)]?.focus();
      else if (event.key === "k") links[Math.max(place - 1, 0)]?.focus();
      else if (event.key === "x" && here?.dataset.row) latest.current(here.dataset.row);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [body]);
}
