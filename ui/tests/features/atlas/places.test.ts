import { describe, expect, it } from "vitest";
import { placesOfIndex, placesOfRun } from "@/features/atlas/places";

describe("places of the atlas", () => {
  it("keeps each place's passage beside it, and how many no map can show", () => {
    const told = placesOfIndex({ places: [{ latitude: 57.5, longitude: -4.2, label: "Olaf", node: "passage:p1" }], unmapped: 2, is_cut: true });
    expect(told.places).toEqual([{ latitude: 57.5, longitude: -4.2, label: "Olaf", citations: [] }]);
    expect([told.nodes, told.unmapped, told.isCut]).toEqual([["passage:p1"], 2, true]);
  });

  it("shows what a run's answer speaks of, with its citations, and nothing of one without", () => {
    const told = placesOfRun({ places: [{ latitude: 1, longitude: 2, label: "Mill", citations: [3] }] });
    expect([told.places[0]?.citations, told.nodes]).toEqual([[3], []]);
    expect(placesOfRun({}).places).toEqual([]);
  });
});
