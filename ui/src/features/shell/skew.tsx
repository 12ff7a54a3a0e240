"use client";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui";
import { BASE, SOURCES, useConnection } from "@/lib/api";
import { texts } from "@/texts/en";

/** Whether the server has another page than this one; looked at anew whenever it was away, and now and then. */
function useSkew(): boolean {
  const isAway = useConnection((state) => state.awaySince !== null);
  const { data } = useQuery({
    queryKey: ["build", isAway],
    enabled: !isAway && SOURCES !== "dev",
    refetchInterval: 300_000,
    queryFn: async () => {
      const answer = await fetch(`${BASE}/BUILD.json`, { cache: "no-cache" });
      return answer.ok ? ((await answer.json()) as { sources?: string }) : null;
    },
  });
  return !!data?.sources && !data.sources.startsWith(SOURCES);
}

export function SkewBar() {
  const isOther = useSkew();
  if (!isOther) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center justify-center gap-3 border-b border-warn/50 bg-card p-2 text-sm">
      {texts.shell.skew.text}
      <Button size="small" onClick={() => location.reload()}>
        {texts.shell.skew.reload}
      </Button>
    </div>
  );
}
