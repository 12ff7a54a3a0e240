"use client";
import { Maximize, Minus, Plus } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "@/components/ui";
import { texts } from "@/texts/en";
import type { GraphHandle } from "./graph-view";

const STEP = 1.3;
const said = texts.run.graph;

/** Larger, smaller, all of it. */
export function ZoomButtons({ view }: { view: RefObject<GraphHandle | null> }) {
  return (
    <>
      <Button variant="outline" size="icon" aria-label={said.larger} onClick={() => view.current?.zoom(STEP)}>
        <Plus aria-hidden className="size-4" />
      </Button>
      <Button variant="outline" size="icon" aria-label={said.smaller} onClick={() => view.current?.zoom(1 / STEP)}>
        <Minus aria-hidden className="size-4" />
      </Button>
      <Button variant="outline" size="icon" aria-label={said.fit} onClick={() => view.current?.fit()}>
        <Maximize aria-hidden className="size-4" />
      </Button>
    </>
  );
}
