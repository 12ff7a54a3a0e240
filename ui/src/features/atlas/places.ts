import type { PinnedPlace } from "@/lib/map/pins";

/** What lies on the atlas's map. */
export interface AtlasPlaces {
  places: readonly PinnedPlace[];
  /** By place the id of the passage that tells it; none of a run's. */
  nodes: readonly string[];
  /** Rows whose coordinates no map can show. */
  unmapped: number;
  isCut: boolean;
}

interface PlacesAnswer {
  places: readonly { latitude: number; longitude: number; label: string; node: string }[];
  unmapped?: number;
  is_cut?: boolean;
}

/** What of an index lies where. */
export function placesOfIndex({ places, unmapped, is_cut }: PlacesAnswer): AtlasPlaces {
  return {
    places: places.map(({ latitude, longitude, label }) => ({ latitude, longitude, label, citations: [] })),
    nodes: places.map(({ node }) => node),
    unmapped: unmapped ?? 0,
    isCut: is_cut ?? false,
  };
}

/** What a run's answer speaks of. */
export function placesOfRun({ places }: { places?: readonly { latitude: number; longitude: number; label: string; citations?: readonly number[] }[] }): AtlasPlaces {
  const found = (places ?? []).map(({ latitude, longitude, label, citations }) => ({ latitude, longitude, label, citations: citations ?? [] }));
  return { places: found, nodes: [], unmapped: 0, isCut: false };
}
