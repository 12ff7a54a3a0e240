"use client";
import { Button, Empty } from "@/components/ui";
import { count } from "@/lib/format";
import { writePoint, type PinnedPlace } from "@/lib/map/pins";
import { PlaceMap } from "@/lib/map/place-map";
import { texts } from "@/texts/en";

const said = texts.run.map;

interface MapPaneProps {
  places: readonly PinnedPlace[];
  isTable: boolean;
  /** The place that is chosen; null for none. */
  chosen: number | null;
  onChoose: (place: number | null) => void;
  onTable: (isTable: boolean) => void;
  onCite: (number: number) => void;
}

/** Where on the Earth lies what the answer speaks of. */
export function MapPane({ places, onCite, ...rest }: MapPaneProps) {
  if (!places.length) return <Empty title={said.none} hint={said.noneHint} />;
  return (
    <PlaceMap
      {...rest}
      places={places}
      summary={said.count(count(places.length), count(places.filter(({ citations }) => citations.length).length))}
      onPick={(number) => {
        const cited = places[number]?.citations[0];
        if (cited !== undefined) onCite(cited);
      }}
      describe={(place) => said.pointed(place.label || said.unnamed, place.citations.map(String).join(", "), writePoint(place))}
      sources={(place) => <Citations place={place} onCite={onCite} />}
      sourcesName={said.citations}
    />
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
