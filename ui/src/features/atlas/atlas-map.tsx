"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Empty, Loading, ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import { writePoint, type PinnedPlace } from "@/lib/map/pins";
import { PlaceMap } from "@/lib/map/place-map";
import { texts } from "@/texts/en";
import { placesOfIndex, placesOfRun, type AtlasPlaces } from "./places";

const said = texts.atlas.map;

interface AtlasMapProps {
  run: string;
  collection: string;
  q: string;
  isTable: boolean;
  pin: number | null;
  onPin: (pin: number | null) => void;
  onTable: (isTable: boolean) => void;
  /** The passage of a chosen place. */
  onNode: (node: string) => void;
}

async function readPlaces(run: string, collection: string, q: string, signal: AbortSignal): Promise<AtlasPlaces> {
  if (run) return placesOfRun(await unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: run } }, signal })));
  return placesOfIndex(await unwrap(api.GET("/api/v1/atlas/places", { params: { query: { text: q, collection } }, signal })));
}

/** Where on the Earth the rows of an index's documents lie, or what a run's answer speaks of. */
export function AtlasMap({ run, collection, q, isTable, pin, onPin, onTable, onNode }: AtlasMapProps) {
  const asked = useQuery({
    queryKey: ["atlas places", run, collection, q],
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => readPlaces(run, collection, q, signal),
  });
  if (asked.error) return <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />;
  if (!asked.data) return <Loading label={said.loading} />;
  const { places, nodes, unmapped, isCut } = asked.data;
  if (!places.length) {
    const title = unmapped ? said.noneMapped(count(unmapped)) : isCut ? said.noneLookedAt : said.none;
    return <Empty title={title} hint={run ? said.noneOfRun : isCut ? said.cut : said.noneHint} />;
  }
  const open = (number: number) => {
    const node = nodes[number];
    if (node) onNode(node);
  };
  const name = (place: PinnedPlace) => place.label || texts.run.map.unnamed;
  return (
    <PlaceMap
      places={places}
      summary={[said.count(count(places.length)), isCut ? said.cut : "", unmapped ? said.unmapped(count(unmapped)) : ""].filter(Boolean).join(" · ")}
      isTable={isTable}
      chosen={pin}
      onChoose={onPin}
      onTable={onTable}
      onPick={open}
      describe={(place) => `${name(place)}, ${writePoint(place)}`}
      sources={(place, number) =>
        nodes[number] ? (
          <Button variant="outline" size="small" aria-label={said.openOf(name(place))} onClick={() => open(number)}>
            {said.open}
          </Button>
        ) : (
          <span className="text-muted-foreground">{place.citations.length ? said.cited(place.citations.map(String).join(", ")) : texts.run.map.uncited}</span>
        )
      }
      sourcesName={said.source}
    />
  );
}
