"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Loading, ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { useAddress } from "@/lib/address";
import { count } from "@/lib/format";
import { GraphTable } from "@/lib/graph/graph-table";
import { GraphView } from "@/lib/graph/graph-view";
import { buildWalked } from "@/lib/graph/walks";
import { texts } from "@/texts/en";
import { PERSONA_ADDRESS } from "./address";

const words = texts.personas.page;
const graphWords = texts.run.graph;

/** Where a persona walked in the newest runs that tell it: her paths from their questions over the passages. */
export function Territory({ name }: { name: string }) {
  const [{ sel }, set] = useAddress(PERSONA_ADDRESS);
  const { data, error, refetch } = useQuery({
    queryKey: ["territory", name],
    retry: false,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/personas/{name}/territory", { params: { path: { name } }, signal })),
  });
  const { scene, lanes, facts } = useMemo(() => buildWalked(words.questions, data?.walks ?? [], null, new Map([[name, 1]])), [data, name]);
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loadingTerritory} />;
  if (!data.walks.length) return <p className="text-sm text-muted-foreground">{words.noTerritory(count(data.runs))}</p>;
  const documents = new Set(facts.map(({ document }) => document).filter(Boolean)).size;
  const label = words.territoryOf(data.walks.length, count(scene.nodes.length - 1), count(documents));
  const chosen = facts.find(({ id }) => id === sel);
  const choose = (id: string) => set({ sel: id });
  return (
    <>
      <p className="text-sm text-muted-foreground">{label}</p>
      <GraphView
        scene={scene}
        lanes={lanes}
        chosen={sel}
        onChoose={choose}
        label={label}
        keys={graphWords.keys}
        describe={(place) => facts[place]?.label ?? ""}
        className="h-72 rounded-lg border bg-card"
      />
      {chosen && (
        <p className="text-sm" dir="auto">
          <strong>{chosen.label}</strong> <span className="text-muted-foreground">{chosen.passageId}</span>
        </p>
      )}
      <details className="text-sm [&_table]:min-w-[34rem]">
        <summary>{graphWords.table}</summary>
        <GraphTable scene={scene} facts={facts} chosen={sel} onChoose={choose} />
      </details>
    </>
  );
}
