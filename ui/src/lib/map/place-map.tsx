"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { Button, Cell, HeadCell, Row, Table } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import type { GraphHandle } from "@/lib/graph/graph-view";
import { ZoomButtons } from "@/lib/graph/zoom-buttons";
import { texts } from "@/texts/en";
import { MapView } from "./map-view";
import { signOf, writePoint, type PinnedPlace } from "./pins";

const said = texts.run.map;
const FRESH_MS = 600_000; // a setting of the server, which starts anew to have another

interface PlaceMapProps {
  places: readonly PinnedPlace[];
  /** How many there are, in words. */
  summary: string;
  isTable: boolean;
  /** Numbers of the places that are chosen, the first of which is named in the address; null for none. */
  chosen: number | null;
  onChoose: (place: number | null) => void;
  onTable: (isTable: boolean) => void;
  /** A place alone was chosen. */
  onPick: (place: number) => void;
  /** What a place says of itself when it is pointed at. */
  describe: (place: PinnedPlace) => string;
  /** Where a place is told, as links; and what they are called. */
  sources: (place: PinnedPlace, number: number) => ReactNode;
  sourcesName: string;
}

/** Places on a map, with its table twin and what is told of the chosen ones. */
export function PlaceMap({ places, summary, isTable, chosen, onChoose, onTable, onPick, describe, sources, sourcesName }: PlaceMapProps) {
  const view = useRef<GraphHandle>(null);
  const [together, setTogether] = useState<readonly number[]>([]);
  const [isAway, setAway] = useState(false);
  const { data: tiles } = useQuery({ queryKey: ["map"], queryFn: ({ signal }) => unwrap(api.GET("/api/v1/map", { signal })), staleTime: FRESH_MS, retry: false });
  const address = tiles?.address ?? "";
  const shown = useMemo(() => {
    if (chosen === null || !places[chosen]) return [];
    return together.includes(chosen) ? together : [chosen];
  }, [chosen, together, places]);
  const choose = (numbers: readonly number[]) => {
    setTogether(numbers);
    onChoose(numbers[0] ?? null);
    if (numbers.length === 1) onPick(numbers[0] ?? 0);
  };
  // Begins with what is seen, so that who speaks to the page can say it.
  const describeAll = (numbers: readonly number[]) => {
    const first = places[numbers[0] ?? 0];
    const seen = signOf(numbers, places);
    return numbers.length > 1 ? said.several(seen, first?.label ?? "", count(numbers.length)) : `${seen} ${first ? describe(first) : ""}`;
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
        <span>{summary}</span>
        <span className="ml-auto flex gap-1">
          {!isTable && <ZoomButtons view={view} />}
          <Button variant="outline" className="h-9" size="small" onClick={() => onTable(!isTable)}>
            {isTable ? said.picture : said.table}
          </Button>
        </span>
      </div>
      {isTable ? (
        <PlaceTable places={places} sources={sources} sourcesName={sourcesName} />
      ) : (
        <>
          <MapView
            handle={view as React.Ref<Pick<GraphHandle, "fit" | "zoom">>}
            places={places}
            tiles={address}
            chosen={chosen ?? -1}
            onChoose={choose}
            label={said.label(count(places.length))}
            keys={said.keys}
            describe={describeAll}
            onTilesAway={() => setAway(true)}
            className="h-[28rem] rounded-lg border bg-muted"
          />
          <p className="text-xs text-muted-foreground">{address ? said.tiles(tiles?.credit || hostOf(address)) : said.outlines}</p>
          {address !== "" && isAway && (
            <p role="status" className="text-sm text-warn">
              {said.away(hostOf(address))}
            </p>
          )}
        </>
      )}
      {shown.length > 0 && !isTable && (
        <section aria-label={said.chosen}>
          <ul className="flex flex-col gap-2 text-sm">
            {shown.map((number) => (
              <Chosen key={number} place={places[number]} number={number} sources={sources} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Chosen({ place, number, sources }: { place: PinnedPlace | undefined; number: number; sources: PlaceMapProps["sources"] }) {
  if (!place) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-card p-2">
      <bdi className="font-medium">{place.label || said.unnamed}</bdi>
      <span className="text-muted-foreground tabular-nums">{writePoint(place)}</span>
      {sources(place, number)}
    </li>
  );
}

/** All that the map shows, as a table: to be read out, searched and copied. */
function PlaceTable({ places, sources, sourcesName }: Pick<PlaceMapProps, "places" | "sources" | "sourcesName">) {
  return (
    <Table label={said.table}>
      <thead>
        <Row>
          <HeadCell>{said.place}</HeadCell>
          <HeadCell className="text-right">{said.latitude}</HeadCell>
          <HeadCell className="text-right">{said.longitude}</HeadCell>
          <HeadCell>{sourcesName}</HeadCell>
        </Row>
      </thead>
      <tbody>
        {places.map((place, number) => (
          <Row key={number}>
            <Cell>
              <bdi>{place.label || said.unnamed}</bdi>
            </Cell>
            <Cell className="text-right tabular-nums">{place.latitude}</Cell>
            <Cell className="text-right tabular-nums">{place.longitude}</Cell>
            <Cell>{sources(place, number)}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

const hostOf = (address: string) => /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? address;
