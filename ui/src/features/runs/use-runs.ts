"use client";
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, unwrap } from "@/lib/api";
import { toQuery, type RunsFilter } from "./address";
import { bringUpToDate, findHorizon } from "./still-list";

const PAGE = 50;
const LOOK_MAX = 100; // the most that the server lists at once
const LOOK_SECONDS = 4;

/** The runs that fit, as they were when the list was read, and how many have come since. */
export function useRuns(filter: RunsFilter) {
  const client = useQueryClient();
  const key = ["runs", "list", filter] as const;
  const pages = useInfiniteQuery({
    queryKey: key,
    initialPageParam: "",
    staleTime: Infinity, // read anew when the reader asks for it, not by itself
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/v1/runs", { params: { query: { ...toQuery(filter), limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next,
  });
  const shown = useMemo(() => pages.data?.pages.flatMap((page) => page.runs) ?? [], [pages.data]);
  const since = Math.max(findHorizon(shown), filter.since ?? 0);
  const look = useQuery({
    queryKey: ["runs", "look", filter, since],
    enabled: pages.isSuccess,
    refetchInterval: LOOK_SECONDS * 1000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const query = { ...toQuery({ ...filter, status: "", since }), limit: LOOK_MAX };
      return unwrap(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
  });
  const { rows, fresh } = useMemo(() => bringUpToDate(shown, look.data?.runs ?? [], filter.status), [shown, look.data, filter.status]);
  const readAnew = () => client.resetQueries({ queryKey: key, exact: true });
  return { ...pages, rows, fresh, isMoreFresh: fresh > 0 && look.data?.next != null && fresh >= LOOK_MAX, readAnew };
}
