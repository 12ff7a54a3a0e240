"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge, Button, Cell, Confirm, Dialog, Empty, HeadCell, Loading, ProblemNote, Row, Table, toast } from "@/components/ui";
import { api, describeProblem, unwrap } from "@/lib/api";
import { count, moment } from "@/lib/format";
import { texts } from "@/texts/en";
import { Copyable } from "./copyable";
import { KeyForm } from "./key-form";
import type { Key } from "./picks";

const words = texts.settings.keys;
const QUERY = ["keys"];

/** The keys that there are, new ones, and those that are to count no more. */
export function Keys() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: QUERY, queryFn: ({ signal }) => unwrap(api.GET("/api/v1/keys", { signal })) });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  const [revoked, setRevoked] = useState<string | null>(null);
  const renew = () => client.invalidateQueries({ queryKey: QUERY });
  const revoke = useMutation({
    mutationFn: (name: string) => unwrap(api.DELETE("/api/v1/keys/{name}", { params: { path: { name } } })),
    onSuccess: (_, name) => toast(words.revoked(name)),
    onError: (problem) => toast(`${describeProblem(problem).message}. ${describeProblem(problem).hint}`),
    onSettled: renew,
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Button size="small" onClick={() => setMaking(true)}>
          {words.make}
        </Button>
      </div>
      {data.keys.length ? <KeyTable keys={data.keys} onRevoke={setRevoked} /> : <Empty title={words.none} hint={words.noneHint} />}
      <Dialog isOpen={isMaking} onClose={() => setMaking(false)} title={words.form.title}>
        <KeyForm
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
          }}
        />
      </Dialog>
      <Dialog
        isOpen={made !== null}
        onClose={() => {
          setMade(null);
          void renew();
        }}
        title={words.made.title(made?.name ?? "")}
      >
        <p className="mb-3 text-sm">{words.made.once}</p>
        <Copyable>{made?.key ?? ""}</Copyable>
        <div className="mt-4 flex justify-end">
          <Button
            onClick={() => {
              setMade(null);
              void renew();
            }}
          >
            {words.made.done}
          </Button>
        </div>
      </Dialog>
      <Confirm
        isOpen={revoked !== null}
        title={words.revoke}
        action={words.revoke}
        isDangerous
        onConfirm={() => revoked !== null && revoke.mutate(revoked)}
        onClose={() => setRevoked(null)}
      >
        {words.revokeAsk(revoked ?? "")}
      </Confirm>
    </div>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (name: string) => void }) {
  return (
    <Table label={texts.settings.tabs.keys}>
      <thead>
        <tr>
          <HeadCell>{words.columns.name}</HeadCell>
          <HeadCell>{words.columns.scopes}</HeadCell>
          <HeadCell>{words.columns.limits}</HeadCell>
          <HeadCell>{words.columns.created}</HeadCell>
          <HeadCell>{words.columns.expires}</HeadCell>
          <HeadCell>
            <span className="sr-only">{words.columns.actions}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <Row key={key.id}>
            <Cell className="min-w-32">
              <span className="font-medium">{key.name}</span> <span className="font-mono text-xs text-muted-foreground">{key.id}</span>
            </Cell>
            <Cell>
              <span className="flex flex-wrap gap-1">
                {key.scopes.map((scope) => (
                  <Badge key={scope} className="whitespace-nowrap" tone={scope === "admin" ? "warn" : "plain"}>
                    {scope}
                  </Badge>
                ))}
              </span>
            </Cell>
            <Cell>{[key.rate, key.budget, key.concurrency ? words.runs(count(key.concurrency)) : ""].filter(Boolean).join(", ") || words.unlimited}</Cell>
            <Cell className="whitespace-nowrap">{moment(key.created)}</Cell>
            <Cell className="whitespace-nowrap">
              {key.expires === null ? words.never : moment(key.expires)} {key.is_over && <Badge tone="bad">{words.over}</Badge>}
            </Cell>
            <Cell>
              <Button variant="danger" size="small" aria-label={`${words.revoke} ${key.name}`} onClick={() => onRevoke(key.name)}>
                {words.revoke}
              </Button>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
