"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api";
import type { DocumentsState } from "./address";
import type { Span } from "./spans";

/** A document's text between two places, with what is marked in it. */
export interface Shown {
  document: string;
  title: string;
  length: number;
  start: number;
  end: number;
  text: string;
  spans: readonly Span[];
  isChanged: boolean;
}

export interface Window {
  start: number;
  end: number;
}

type Wanted = Pick<DocumentsState, "collection" | "document" | "start" | "end" | "run" | "citation">;

export const isWanted = ({ document, run, citation }: Wanted) => document !== "" || (run !== "" && citation !== null);

/** Fetches what the address names: a document of a collection or of the index, or a run's citation. */
export function useDocument(wanted: Wanted, window: Window) {
  return useQuery({
    queryKey: ["document", wanted, window],
    enabled: isWanted(wanted),
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => (wanted.run ? readCited(wanted, window, signal) : readDocument(wanted, window, signal)),
  });
}

async function readCited({ run, citation }: Wanted, window: Window, signal: AbortSignal): Promise<Shown> {
  const params = { path: { run_id: run, number: citation ?? 1 }, query: { around: window.end - window.start } };
  const { is_changed: isChanged, ...rest } = await unwrap(api.GET("/api/v1/runs/{run_id}/citations/{number}", { params, signal }));
  return { ...rest, isChanged };
}

async function readDocument({ collection, document, start, end }: Wanted, window: Window, signal: AbortSignal): Promise<Shown> {
  const query = { start: window.start, end: window.end };
  const found = collection
    ? await unwrap(api.GET("/api/v1/collections/{collection}/documents/{document}", { params: { path: { collection, document }, query }, signal }))
    : await unwrap(api.GET("/api/v1/index/documents/{document}", { params: { path: { document }, query }, signal }));
  return { ...found, spans: start === null ? [] : [{ number: 0, start, end: end ?? start }], isChanged: false };
}
