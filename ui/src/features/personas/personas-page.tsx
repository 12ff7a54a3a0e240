"use client";
import { Download, Plus, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button, Choice, Empty, Loading, PageHead, ProblemNote, Select } from "@/components/ui";
import { Search } from "@/components/ui/search";
import { useAddress, useIsAddressed } from "@/lib/address";
import { downloadJson } from "@/lib/download";
import { count, percent } from "@/lib/format";
import { useGo } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfPersona, BOARD_ADDRESS } from "./address";
import { countTiers, findSharing, pickCards, SHOWN_TIERS, SORTS, type Board, type Sort } from "./board";
import { EditDialog } from "./edit-dialog";
import { PersonaCard } from "./persona-card";
import { useBoard, useMayChange } from "./use-personas";

const words = texts.personas;

/** All personas as cards. */
export function PersonasPage() {
  return useIsAddressed() ? <Personas /> : <PageHead title={texts.shell.pages.personas} />;
}

function Personas() {
  const { data: board, error, refetch } = useBoard();
  const [isNew, setNew] = useState(false);
  const mayChange = useMayChange();
  const go = useGo();
  return (
    <>
      <PageHead title={texts.shell.pages.personas}>
        {board && <span className="text-sm text-muted-foreground">{words.searches(count(board.searches))}</span>}
        <Button variant="outline" size="small" disabled={!board} onClick={() => downloadJson("personas.json", board)}>
          <Download aria-hidden className="size-4" />
          {words.actions.exportJson}
        </Button>
        <Button size="small" disabled={!mayChange} title={mayChange ? undefined : words.actions.mayNot} onClick={() => setNew(true)}>
          <Plus aria-hidden className="size-4" />
          {words.actions.new}
        </Button>
      </PageHead>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!board && !error && <Loading label={words.loading} />}
      {board && <Cards board={board} />}
      <EditDialog kind={isNew ? "new" : null} report={null} onClose={() => setNew(false)} onMade={(name) => go(addressOfPersona(name))} />
    </>
  );
}

function Cards({ board }: { board: Board }) {
  const [wanted, set] = useAddress(BOARD_ADDRESS);
  const cards = pickCards(board.experts, wanted);
  const counts = countTiers(board.experts);
  const tiers = SHOWN_TIERS.map((tier) => ({ value: tier, label: `${words.tiers[tier]} ${counts[tier] ?? 0}` }));
  return (
    <>
      <Warnings board={board} />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Choice label={words.tier} value={wanted.tier} options={tiers} onChange={(tier) => set({ tier }, { isStep: true })} />
        <Search label={words.search} value={wanted.words} onChange={(typed) => set({ words: typed })} />
        <label className="flex items-center gap-2 text-sm">
          {words.sort}
          <Select className="w-auto" value={wanted.sort} onChange={(event) => set({ sort: event.target.value as Sort })}>
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {words.sorts[sort]}
              </option>
            ))}
          </Select>
        </label>
      </div>
      {cards.length ? (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {cards.map((card) => (
            <li key={card.name} className="grid min-w-0">
              <PersonaCard card={card} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={words.none} hint={wanted.words ? words.noneHint : (words.noneInTier[wanted.tier] ?? words.noneHint)} />
      )}
    </>
  );
}

function Warnings({ board }: { board: Board }) {
  const { collapsed, idle } = findSharing(board);
  const told = [
    ...(collapsed ? [words.warnings.collapse(collapsed.name, percent(collapsed.use.share))] : []),
    ...(idle.length ? [words.warnings.idle(idle.map((card) => card.name).join(", "))] : []),
  ];
  return told.map((text) => (
    <p key={text} className="mb-3 flex items-start gap-2 rounded-lg border border-warn/50 bg-card p-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      {text}
    </p>
  ));
}
