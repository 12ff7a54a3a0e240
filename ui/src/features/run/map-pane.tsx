"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { Button, Cell, Empty, HeadCell, Row, Table } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import type { GraphHandle } from "@/lib/graph/graph-view";
import { ZoomButtons } from "@/lib/graph/zoom-buttons";
import { MapView } from "@/lib/map/map-view";
import { signOf, writePoint, type PinnedPlace } from "@/lib/map/pins";
import { texts } from "@/texts/en";

const said = texts.run.map;
const FRESH_MS = 600_000; // a setting of the server, which starts anew to have another

interface MapPaneProps {
  places: readonly PinnedPlace[];
  isTable: boolean;
  /** Numbers of the places that are chosen, the first of which is named in the address; null for none. */
  chosen: number | null;
  onChoose: (place: number | null) => void;
  onTable: (isTable: boolean) => void;
  onCite: (number: number) => void;
}

/** Where on the Earth lies what the answer speaks of. */
export function MapPane({ places, isTable, chosen, onChoose, onTable, onCite }: MapPaneProps) {
  const view = useRef<GraphHandle>(null);
  const [together, setTogether] = useState<readonly number[]>([]);
  const [isAway, setAway] = useState(false);
  const { data: tiles } = useQuery({ queryKey: ["map"], queryFn: ({ signal }) => unwrap(api.GET("/api/v1/map", { signal })), staleTime: FRESH_MS, retry: false });
  const address = tiles?.address ?? "";
  const shown = useMemo(() => {
    if (chosen === null || !places[chosen]) return [];
    return together.includes(chosen) ? together : [chosen];
  }, [chosen, together, places]);
  if (!places.length) return <Empty title={said.none} hint={said.noneHint} />;
  const choose = (numbers: readonly number[]) => {
    setTogether(numbers);
    onChoose(numbers[0] ?? null);
    const cited = numbers.length === 1 ? places[numbers[0] ?? 0]?.citations[0] : undefined;
    if (cited !== undefined) onCite(cited);
  };
  // Begins with what is seen, so that who speaks to the page can say it.
  const describe = (numbers: readonly number[]) => {
    const first = places[numbers[0] ?? 0];
    const seen = signOf(numbers, places);
    return numbers.length > 1 ? said.several(seen, first?.label ?? "", count(numbers.length)) : `${seen} ${describePlace(first)}`;
  };
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
        <span>{said.count(count(places.length), count(places.filter(({ citations }) => citations.length).length))}</span>
        <span className="ml-auto flex gap-1">
          {!isTable && <ZoomButtons view={view} />}
          <Button variant="outline" className="h-9" size="small" onClick={() => onTable(!isTable)}>
            {isTable ? said.picture : said.table}
          </Button>
        </span>
      </div>
      {isTable ? (
        <PlaceTable places={places} onCite={onCite} />
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
            describe={describe}
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
              <Chosen key={number} place={places[number]} onCite={onCite} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Chosen({ place, onCite }: { place: PinnedPlace | undefined; onCite: (number: number) => void }) {
  if (!place) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-card p-2">
      <bdi className="font-medium">{place.label || said.unnamed}</bdi>
      <span className="text-muted-foreground tabular-nums">{writePoint(place)}</span>
      <Citations place={place} onCite={onCite} />
    </li>
  );
}

function Citations({ place, onCite }: { place: PinnedPlace; onCite: (number: number) => void }) {
  if (!place.citations.length) return <span className="text-muted-foreground">{said.uncited}</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {place.citations.map((number) => (
        <Button key={number} variant="outline" size="small" aria-label={said.open(count(number), place.label)} onClick={() => onCite(number)}>
          [{number}]
        </Button>
      ))}
    </span>
  );
}

/** All that the map shows, as a table: to be read out, searched and copied. */
function PlaceTable({ places, onCite }: { places: readonly PinnedPlace[]; onCite: (number: number) => void }) {
  return (
    <Table label={said.table}>
      <thead>
        <Row>
          <HeadCell>{said.place}</HeadCell>
          <HeadCell className="text-right">{said.latitude}</HeadCell>
          <HeadCell className="text-right">{said.longitude}</HeadCell>
          <HeadCell>{said.citations}</HeadCell>
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
            <Cell>
              <Citations place={place} onCite={onCite} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function describePlace(place: PinnedPlace | undefined): string {
  if (!place) return "";
  return said.pointed(place.label || said.unnamed, place.citations.map(String).join(", "), writePoint(place));
}

const hostOf = (address: string) => /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? address;
