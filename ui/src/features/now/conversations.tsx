"use client";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { ago } from "@/lib/format";
import { texts } from "@/texts/en";

const words = texts.now.conversations;
const SHOWN = 8;

/** The newest conversations, to ask on in. */
export function Conversations({ onGoOn }: { onGoOn: (conversation: string) => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["conversations", SHOWN],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/conversations", { params: { query: { limit: SHOWN } }, signal })),
  });
  return (
    <Card aria-labelledby="conversations">
      <h2 id="conversations" className="mb-2 font-semibold">
        {words.title}
      </h2>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {data?.conversations.length === 0 && <p className="text-sm text-muted-foreground">{words.none}</p>}
      <ul className="divide-y text-sm">
        {data?.conversations.map((one) => (
          <li key={one.conversation_id} className="flex items-center gap-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium" dir="auto">
                {one.question}
              </p>
              <p className="text-xs text-muted-foreground">
                {words.turns(one.turns)} · {ago(one.last)}
              </p>
            </div>
            <Button variant="outline" size="small" aria-label={words.goOnWith(one.question)} onClick={() => onGoOn(one.conversation_id)}>
              {words.goOn}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
