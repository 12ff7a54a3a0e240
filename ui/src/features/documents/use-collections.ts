"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui";
import { api, describeProblem, unwrap, useSession } from "@/lib/api";
import { texts } from "@/texts/en";
import { isChanging } from "./changes";

const words = texts.documents;
const LOOK_MS = 1000; // while something is being indexed

export const useMayChange = () => useSession((state) => state.scopes.includes("runs:write") || state.scopes.includes("admin"));

export const useCollections = () =>
  useQuery({
    queryKey: ["collections"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/collections", { signal })),
    refetchInterval: ({ state }) => (state.data?.collections.some(isChanging) ? LOOK_MS : false),
  });

/** One of them; also one that is not listed yet, as its first files are being indexed. */
export const useCollection = (name: string) =>
  useQuery({
    queryKey: ["collections", name],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/collections/{collection}", { params: { path: { collection: name } }, signal })),
    refetchInterval: ({ state }) => (state.data && isChanging(state.data) ? LOOK_MS : false),
  });

export function useRenewCollections() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["collections"] });
}

export function useRemoval() {
  const renew = useRenewCollections();
  return useMutation({
    mutationFn: ({ collection, file }: { collection: string; file: string }) =>
      unwrap(api.DELETE("/api/v1/collections/{collection}/documents/{document}", { params: { path: { collection, document: file } } })),
    onSuccess: (_, { file }) => toast(words.one.removed_(file)),
    onError: (error) => toast(describeProblem(error).message),
    onSettled: renew,
  });
}

export function useDeletion(onDone: () => void) {
  const renew = useRenewCollections();
  return useMutation({
    mutationFn: (collection: string) => unwrap(api.DELETE("/api/v1/collections/{collection}", { params: { path: { collection } } })),
    onSuccess: (_, collection) => {
      toast(words.one.deleted(collection));
      onDone();
    },
    onError: (error) => toast(describeProblem(error).message),
    onSettled: renew,
  });
}
