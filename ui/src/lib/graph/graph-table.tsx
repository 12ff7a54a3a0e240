"use client";
import { useMemo, useState } from "react";
import { Button, Cell, HeadCell, Row, Table } from "@/components/ui";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";
import type { Scene } from "./scene";
import type { NodeFacts } from "./walks";

const said = texts.run.graph;
const ROWS = 100; // shown at once
const NEIGHBOURS = 6; // named in a row

interface GraphTableProps {
  scene: Scene;
  facts: readonly NodeFacts[];
  chosen: string;
  onChoose: (id: string) => void;
}

/** All that a graph draws, as a table: to be read out, searched and copied. */
export function GraphTable({ scene, facts, chosen, onChoose }: GraphTableProps) {
  const [most, setMost] = useState(ROWS);
  const joined = useMemo(() => {
    const found = scene.nodes.map((): number[] => []);
    for (const { a, b } of scene.edges) {
      found[a]?.push(b);
      found[b]?.push(a);
    }
    return found;
  }, [scene]);
  const hasRanks = facts.some(({ rank }) => rank !== null);
  const hasPersonas = facts.some(({ personas }) => personas.length);
  return (
    <div className="flex flex-col gap-2">
      <Table label={said.table}>
        <thead>
          <Row>
            <HeadCell>{said.name}</HeadCell>
            <HeadCell>{said.kind}</HeadCell>
            {hasRanks && <HeadCell className="text-right">{said.rank}</HeadCell>}
            {hasPersonas && <HeadCell>{said.reachedBy}</HeadCell>}
            <HeadCell>{said.joined}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {facts.slice(0, most).map((node, place) => {
            const near = joined[place] ?? [];
            return (
              <Row key={node.id} aria-selected={node.id === chosen}>
                <Cell>
                  <button type="button" dir="auto" className="text-left text-primary underline-offset-2 hover:underline" onClick={() => onChoose(node.id)}>
                    {node.label.slice(0, 160) || node.id}
                  </button>
                </Cell>
                <Cell>{node.kind}</Cell>
                {hasRanks && <Cell className="text-right tabular-nums">{node.rank ?? ""}</Cell>}
                {hasPersonas && <Cell>{node.personas.join(", ")}</Cell>}
                <Cell className="text-muted-foreground">
                  {near
                    .slice(0, NEIGHBOURS)
                    .map((one) => facts[one]?.label.slice(0, 40))
                    .join(", ")}
                  {near.length > NEIGHBOURS && ` +${count(near.length - NEIGHBOURS)}`}
                </Cell>
              </Row>
            );
          })}
        </tbody>
      </Table>
      {facts.length > most && (
        <Button variant="outline" size="small" className="self-start" onClick={() => setMost(most + ROWS)}>
          {said.more(count(most), count(facts.length))}
        </Button>
      )}
    </div>
  );
}
