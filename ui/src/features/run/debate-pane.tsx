"use client";
import { useMemo } from "react";
import { Badge, Cell, Empty, HeadCell, Row, Select, Table, type Tone } from "@/components/ui";
import { count, percent } from "@/lib/format";
import { compareExperts, distinctSearches, type Claim } from "@/lib/live/debate";
import type { RunState } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { LaneMark } from "./lane-mark";
import { listNumbers } from "./routing-pane";
import { listChoices } from "./searches";

const said = texts.run.debate;
const TONES: Record<Claim["verdict"], Tone> = { agreed: "good", contested: "warn", alone: "plain" };

interface DebatePaneProps {
  state: RunState;
  numbers: ReadonlyMap<string, number>;
  search: number | null;
  onSearch: (place: number) => void;
  onChoosePassage: (passageId: string) => void;
}

/** Where the experts of a search agree, and where they do not. */
export function DebatePane({ state, numbers, search: wanted, onSearch, onChoosePassage }: DebatePaneProps) {
  const searches = useMemo(() => {
    const places = new Map(state.searches.map((search, place) => [search, place]));
    return distinctSearches(state.searches)
      .filter(({ walks }) => walks.length > 1)
      .map((search) => ({ search, place: places.get(search) ?? -1 }));
  }, [state.searches]);
  const current = searches.find(({ place }) => place === wanted) ?? searches[searches.length - 1];
  const search = current?.search;
  const debate = useMemo(() => (search ? compareExperts(search) : null), [search]);
  if (!search || !debate) return <Empty title={said.none} hint={said.noneHint} />;
  return (
    <div className="flex flex-col gap-4">
      {searches.length > 1 && (
        <label className="flex flex-col gap-1 text-sm">
          <span className="font-medium">{texts.run.graph.search}</span>
          <Select value={current?.place} onChange={(event) => onSearch(Number(event.target.value))}>
            {listChoices(searches, current?.place).map(({ search: one, place }) => (
              <option key={place} value={place}>
                {one.query.slice(0, 100)}
              </option>
            ))}
          </Select>
        </label>
      )}
      <p className="font-medium">{said.summary(count(debate.agreed), count(debate.claims.length))}</p>
      <ul className="flex flex-col gap-1 text-sm">
        {search.experts.map((expert) => (
          <li key={expert.persona} className="flex flex-wrap items-center gap-x-2">
            <LaneMark number={numbers.get(expert.persona)} name={expert.persona} />
            <span className="tabular-nums">{expert.score?.toFixed(2)}</span>
            {expert.isLeading && <Badge tone="good">{said.leading}</Badge>}
            <span className="text-xs text-muted-foreground">
              {Object.keys(expert.parts).length > 0 && `${said.parts} ${listNumbers(expert.parts)}`}
            </span>
          </li>
        ))}
      </ul>
      <Table label={said.label}>
        <thead>
          <Row>
            <HeadCell>{said.passage}</HeadCell>
            <HeadCell>{said.verdict}</HeadCell>
            {debate.experts.map((persona) => (
              <HeadCell key={persona}>
                <LaneMark number={numbers.get(persona)} name={persona} />
              </HeadCell>
            ))}
          </Row>
        </thead>
        <tbody>
          {debate.claims.map((claim) => (
            <Row key={claim.passageId}>
              <Cell className="min-w-52">
                <button type="button" dir="auto" className="text-left text-primary underline-offset-2 hover:underline" onClick={() => onChoosePassage(claim.passageId)}>
                  {claim.title || claim.passageId}
                </button>
                <span className="block text-xs text-muted-foreground">{claim.passageId}</span>
              </Cell>
              <Cell>
                <Badge tone={TONES[claim.verdict]} className="whitespace-nowrap">{claim.by.length ? said[claim.verdict] : said.nobody}</Badge>
              </Cell>
              {debate.experts.map((persona) => {
                const held = claim.by.find((one) => one.persona === persona);
                return (
                  <Cell key={persona} className="whitespace-nowrap tabular-nums">
                    {held ? `${said.rank(String(held.rank))} · ${held.rating.toFixed(2)}` : <span className="text-muted-foreground">{said.without}</span>}
                  </Cell>
                );
              })}
            </Row>
          ))}
        </tbody>
      </Table>
      <div>
        <h3 className="mb-1 text-sm font-medium">{said.overlap}</h3>
        <ul className="text-sm text-muted-foreground">
          {debate.overlaps.map(({ one, other, share }) => (
            <li key={`${one} ${other}`}>
              {one} – {other}: {percent(share)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
