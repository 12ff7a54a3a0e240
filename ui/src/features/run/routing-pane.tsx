"use client";
import { useMemo, useState } from "react";
import { Badge, Button, Cell, HeadCell, Progress, Row, Table } from "@/components/ui";
import { count, percent } from "@/lib/format";
import { distinctSearches } from "@/lib/live/debate";
import type { RunState, SearchState } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { LaneMark } from "./lane-mark";

const said = texts.run.routing;
const SEARCHES = 8; // shown at once, each with a table

interface RoutingPaneProps {
  state: RunState;
  numbers: ReadonlyMap<string, number>;
}

/** Every candidate's score and why, or why not: Belters for the run, experts for each search. */
export function RoutingPane({ state, numbers }: RoutingPaneProps) {
  const searches = useMemo(() => distinctSearches(state.searches), [state.searches]);
  const [most, setMost] = useState(SEARCHES);
  if (!state.route) return <p className="text-muted-foreground">{said.none}</p>;
  return (
    <div className="flex flex-col gap-5">
      <Candidates state={state} />
      {searches.length > 0 && (
        <div>
          <h3 className="mb-2 text-sm font-medium">{said.experts}</h3>
          <div className="flex flex-col gap-4">
            {searches.slice(-most).map((search, place) => (
              <Experts key={search.sequence} place={place + 1} search={search} numbers={numbers} />
            ))}
          </div>
          {searches.length > most && (
            <Button variant="outline" size="small" className="mt-2" onClick={() => setMost(most + SEARCHES)}>
              {said.moreSearches(count(most), count(searches.length))}
            </Button>
          )}
        </div>
      )}
      <ChainCard state={state} />
    </div>
  );
}

function Candidates({ state }: { state: RunState }) {
  const route = state.route;
  if (!route) return null;
  const scores = Object.entries(route.scores).sort(([, one], [, other]) => other - one);
  const least = Math.min(...route.belters.map((belter) => route.scores[belter] ?? 1), route.scores[route.route] ?? 1);
  return (
    <div>
      <p className="mb-2" dir="auto">
        {route.why}
      </p>
      <Table label={said.belters}>
        <caption className="sr-only">{said.belters}</caption>
        <thead>
          <Row>
            <HeadCell>{said.candidate}</HeadCell>
            <HeadCell className="w-1/3">{said.share}</HeadCell>
            <HeadCell>{said.why}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {scores.map(([name, share]) => {
            const isChosen = route.belters.includes(name) || name === route.route;
            return (
              <Row key={name}>
                <Cell className={isChosen ? "font-medium" : ""}>{name}</Cell>
                <Cell>
                  <span className="flex items-center gap-2">
                    <Progress value={share} label={`${name} ${percent(share)}`} className="max-w-40" />
                    <span className="w-12 text-right tabular-nums">{percent(share)}</span>
                  </span>
                </Cell>
                <Cell>
                  {isChosen ? (
                    <Badge tone="good">{said.chosen}</Badge>
                  ) : (
                    <span className="text-muted-foreground">
                      {name === route.runner_up && <Badge tone="info">{said.runnerUp}</Badge>} {said.notChosen(percent(share, 1), percent(least, 1))}
                    </span>
                  )}
                </Cell>
              </Row>
            );
          })}
        </tbody>
      </Table>
    </div>
  );
}

function Experts({ place, search, numbers }: { place: number; search: SearchState; numbers: ReadonlyMap<string, number> }) {
  return (
    <div>
      <p dir="auto" className="mb-1 text-sm text-muted-foreground">
        {search.query.slice(0, 300)}
      </p>
      {search.decided && (
        <p className="text-sm">
          {said.decided(search.decided.reason)} <span className="text-xs text-muted-foreground tabular-nums">{listNumbers(search.decided.numbers)}</span>
        </p>
      )}
      {!search.decided && <ExpertTable place={place} search={search} numbers={numbers} />}
    </div>
  );
}

function ExpertTable({ place, search, numbers }: { place: number; search: SearchState; numbers: ReadonlyMap<string, number> }) {
  const woken = new Set(search.experts.map(({ persona }) => persona));
  const others = [...numbers.keys()].filter((persona) => !woken.has(persona));
  return (
    <Table label={said.expertsOf(String(place), search.query.slice(0, 120))}>
      <thead>
        <Row>
          <HeadCell>{said.persona}</HeadCell>
          <HeadCell className="text-right">{said.score}</HeadCell>
          <HeadCell className="text-right">{said.cost}</HeadCell>
          <HeadCell>{said.reason}</HeadCell>
          <HeadCell>{said.measured}</HeadCell>
        </Row>
      </thead>
      <tbody>
        {search.experts.map((expert) => (
          <Row key={expert.persona}>
            <Cell className="whitespace-nowrap">
              <LaneMark number={numbers.get(expert.persona)} name={expert.persona} />
              {expert.isLeading && (
                <Badge tone="good" className="ml-2">
                  {said.leads}
                </Badge>
              )}
              {expert.added > 0 && <span className="ml-2 text-xs text-muted-foreground">{said.added(String(expert.added))}</span>}
            </Cell>
            <Cell className="text-right tabular-nums">{expert.score === null ? "–" : expert.score.toFixed(2)}</Cell>
            <Cell className="text-right tabular-nums">{expert.cost}</Cell>
            <Cell className="min-w-52">{expert.failure ? <span className="text-bad">{said.failed(expert.failure)}</span> : expert.reason}</Cell>
            <Cell className="min-w-52 text-xs text-muted-foreground tabular-nums">{listNumbers({ ...expert.numbers, ...expert.parts })}</Cell>
          </Row>
        ))}
        {others.map((persona) => (
          <Row key={persona}>
            <Cell className="whitespace-nowrap">
              <LaneMark number={numbers.get(persona)} name={persona} />
            </Cell>
            <Cell className="text-right">–</Cell>
            <Cell className="text-right">–</Cell>
            <Cell className="text-muted-foreground" colSpan={2}>
              {said.notWoken}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

export const listNumbers = (numbers: Readonly<Record<string, number>>) =>
  Object.entries(numbers)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${Number.isInteger(value) ? value : value.toFixed(2)}`)
    .join(", ");

function ChainCard({ state: { chain } }: { state: RunState }) {
  if (!chain) return null;
  const agents = [chain.camina, ...chain.belters, ...chain.drummers, chain.observer].filter((agent) => agent !== null);
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{said.chain}</h3>
      <p className="mb-2 text-sm text-muted-foreground">
        {said.mode}: {chain.mode ?? "full"}
        {chain.mode_reason && ` (${chain.mode_reason})`}
      </p>
      <ul className="grid gap-2 text-sm sm:grid-cols-2">
        {agents.map((agent) => (
          <li key={`${agent.role} ${agent.name}`} className="rounded-md border bg-card px-3 py-2">
            <span className="font-medium">{agent.name}</span> <span className="text-xs text-muted-foreground">{texts.run.tree.roles[agent.role] ?? agent.role}</span>
            {agent.served && (
              <span className="block text-xs text-muted-foreground">
                {said.served} {agent.served.provider} · {agent.served.model}
                {agent.served.instead_of && `, ${said.instead(agent.served.instead_of)}`}
              </span>
            )}
          </li>
        ))}
      </ul>
      {chain.choice && chain.choice.passed_over.length > 0 && (
        <p className="mt-2 text-sm text-muted-foreground">
          {said.passedOver}: {chain.choice.passed_over.map(({ provider, why }) => `${provider}: ${why}`).join("; ")}
        </p>
      )}
    </div>
  );
}
