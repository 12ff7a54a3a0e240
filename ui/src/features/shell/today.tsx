"use client";
import { useQuery } from "@tanstack/react-query";
import { api, unwrap, useSession } from "@/lib/api";
import { shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

const midnight = () => new Date().setHours(0, 0, 0, 0) / 1000;

/** What runs have cost today; for those who may see all runs. */
export function Today() {
  const mayLook = useSession((state) => state.standing === "in" && state.scopes.includes("admin"));
  const { data } = useQuery({
    queryKey: ["metrics", "today"],
    enabled: mayLook,
    refetchInterval: 60_000,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/metrics/series", { params: { query: { since: midnight(), buckets: 1 } }, signal })),
  });
  if (!data) return null;
  const { runs, tokens_read, tokens_written, cost } = data.whole;
  return (
    <Link href="/metrics/" className="hidden rounded-sm text-xs text-muted-foreground tabular-nums hover:underline sm:inline">
      {texts.shell.today(runs, shortCount(tokens_read + tokens_written), cost ? cost.toFixed(2) : "")}
    </Link>
  );
}
