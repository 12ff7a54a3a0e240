"use client";
import { useQuery } from "@tanstack/react-query";
import { Badge, Card, ShortId } from "@/components/ui";
import { api, SOURCES, unwrap, useSession } from "@/lib/api";
import { texts } from "@/texts/en";

const words = texts.settings.versions;

/** Which moe this is, and who one is for it. */
export function Versions() {
  const { data } = useQuery({ queryKey: ["version"], queryFn: ({ signal }) => unwrap(api.GET("/api/v1/version", { signal })) });
  const { name, scopes } = useSession();
  const told = data as { version?: string; api?: string } | undefined;
  return (
    <Card>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        <dt className="text-muted-foreground">{words.server}</dt>
        <dd>{told?.version ?? "–"}</dd>
        <dt className="text-muted-foreground">{words.api}</dt>
        <dd>{told?.api ?? "–"}</dd>
        <dt className="text-muted-foreground">{words.page}</dt>
        <dd>{SOURCES === "dev" ? words.dev : <ShortId>{SOURCES}</ShortId>}</dd>
        <dt className="text-muted-foreground">{words.who}</dt>
        <dd>{name || words.nobody}</dd>
        <dt className="text-muted-foreground">{words.scopes}</dt>
        <dd className="flex flex-wrap gap-1">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </dd>
      </dl>
    </Card>
  );
}
