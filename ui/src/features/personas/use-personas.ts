"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui";
import { api, describeProblem, unwrap, useSession } from "@/lib/api";
import { texts } from "@/texts/en";
import type { Tier } from "./board";

const words = texts.personas.actions;

export const useMayChange = () => useSession((state) => state.scopes.includes("admin"));

export const useBoard = () =>
  useQuery({ queryKey: ["experts"], queryFn: ({ signal }) => unwrap(api.GET("/api/v1/experts", { signal })) });

export const useReport = (name: string) =>
  useQuery({
    queryKey: ["personas", name],
    enabled: name !== "",
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/personas/{name}", { params: { path: { name } }, signal })),
  });

/** Everything that tells of experts is read anew. */
export function useRenew(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: ["experts"] }), client.invalidateQueries({ queryKey: ["personas"] })]);
}

const move = (name: string, to: string, reason: string) =>
  unwrap(api.POST("/api/v1/personas/{name}/move", { params: { path: { name } }, body: { to: to as Tier, reason } }));

/** Moves a persona to another tier, and offers to undo it. */
export function useMove() {
  const renew = useRenew();
  const fail = (error: unknown) => toast(describeProblem(error).message);
  const undo = async (name: string, to: string) => {
    try {
      await move(name, to, words.undoReason);
      await renew();
      toast(words.undone(name, to));
    } catch (error) {
      fail(error);
    }
  };
  return useMutation({
    mutationFn: ({ name, to, reason }: { name: string; to: string; reason: string }) => move(name, to, reason || words.byHand),
    onSuccess: async (moved) => {
      await renew();
      toast(words.moved(moved.persona, moved.before, moved.after), {
        label: words.undo,
        run: () => void undo(moved.persona, moved.before),
      });
    },
    onError: fail,
  });
}
