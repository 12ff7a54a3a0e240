"use client";
import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api";

interface Named {
  name: string;
}
export interface PersonaName extends Named {
  tier: string;
}

/** What can be chosen for a question; read once the choice is opened. */
export function useCollections(isWanted: boolean) {
  return useQuery({
    queryKey: ["collections"],
    enabled: isWanted,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/collections", { signal })).then((told) => told.collections),
  });
}

export function useBelters(isWanted: boolean) {
  return useQuery({
    queryKey: ["agents", "belter"],
    enabled: isWanted,
    queryFn: async ({ signal }) => {
      const told = await unwrap(api.GET("/api/v1/agents", { params: { query: { role: "belter" } }, signal }));
      return told.agents as unknown as Named[];
    },
  });
}

export function usePersonaNames(isWanted: boolean) {
  return useQuery({
    queryKey: ["personas", "names"],
    enabled: isWanted,
    queryFn: async ({ signal }) => {
      const told = await unwrap(api.GET("/api/v1/personas", { signal }));
      return (told.personas as unknown as PersonaName[]).filter(({ tier }) => tier !== "pruned");
    },
  });
}
