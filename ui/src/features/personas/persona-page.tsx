"use client";
import { Download } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";
import { Badge, Button, Card as Box, Cell, HeadCell, Loading, PageHead, ProblemNote, Row, Table } from "@/components/ui";
import { RUN_ADDRESS } from "@/features/run/address";
import { addressOf, useAddress, useIsAddressed } from "@/lib/address";
import { downloadJson } from "@/lib/download";
import { count, duration, moment, percent, shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { PersonaMenu } from "./actions";
import { addressOfPersona, PERSONA_ADDRESS } from "./address";
import type { Report } from "./board";
import { RateBar } from "./rate-bar";
import { TierBadge } from "./tier-badge";
import { TierScale } from "./tier-scale";
import { useMayChange, useReport } from "./use-personas";

const words = texts.personas.page;
const Territory = lazy(() => import("./territory").then((room) => ({ default: room.Territory }))); // it draws

/** All that is known of one persona. */
export function PersonaPage() {
  return useIsAddressed() ? <Persona /> : <PageHead title={texts.shell.pages.persona} />;
}

function Persona() {
  const [{ id }] = useAddress(PERSONA_ADDRESS);
  const { data: report, error, refetch } = useReport(id);
  const seesRuns = useMayChange();
  return (
    <>
      <PageHead
        title={
          <span className="flex flex-wrap items-center gap-2">
            {id || texts.shell.pages.persona}
            {report && <TierBadge tier={report.card.tier} />}
          </span>
        }
      >
        <Button asChild variant="ghost" size="small">
          <Link href="/personas/">{words.back}</Link>
        </Button>
        <Button variant="outline" size="small" disabled={!report} onClick={() => downloadJson(`persona-${id}.json`, report)}>
          <Download aria-hidden className="size-4" />
          {texts.personas.actions.exportJson}
        </Button>
        {report && <PersonaMenu card={report.card} />}
      </PageHead>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!report && !error && <Loading label={texts.personas.loadingOne} />}
      {report && (
        <div className="grid gap-4 lg:grid-cols-2">
          <Standing report={report} />
          <Use report={report} />
          <Who report={report} />
          {seesRuns && (
            <Part title={words.territory}>
              <Suspense fallback={<Loading label={words.loadingTerritory} />}>
                <Territory name={id} />
              </Suspense>
            </Part>
          )}
          <Kinds report={report} />
          <Searches title={words.best} found={report.best} />
          <Searches title={words.worst} found={report.worst} />
          <Rivals report={report} />
          <History report={report} />
        </div>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box aria-label={title} className="flex flex-col gap-3">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </Box>
  );
}

const Quiet = ({ children }: { children: ReactNode }) => <p className="text-sm text-muted-foreground">{children}</p>;

function Standing({ report: { card, thresholds, observations_min: wanted } }: { report: Report }) {
  const numbers = Object.entries(card.moved?.data.numbers ?? {});
  return (
    <Part title={words.standing}>
      <p className="text-sm">{card.description}</p>
      <p className="text-sm">{words.rule(texts.personas.tiers[card.tier] ?? card.tier, card.rule)}</p>
      {numbers.length > 0 && (
        <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
          {numbers.map(([name, value]) => (
            <div key={name} className="flex gap-1.5">
              <dt className="text-muted-foreground">{name}</dt>
              <dd className="tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <TierScale tier={card.tier} score={card.tier_score} thresholds={thresholds} />
      <Quiet>{words.since(count(card.since_move), count(wanted))}</Quiet>
    </Part>
  );
}

function Use({ report: { card } }: { report: Report }) {
  const { use } = card;
  const facts: [string, string][] = [
    [texts.personas.card.share, `${percent(use.share)} (${texts.personas.card.chosen(count(use.chosen))})`],
    [texts.personas.card.tokens, use.avg_tokens == null ? "–" : shortCount(use.avg_tokens)],
    [texts.personas.card.seconds, duration(use.avg_seconds)],
    [texts.personas.card.cost, String(card.activation_cost)],
  ];
  return (
    <Part title={words.use}>
      <RateBar name={texts.personas.card.led} rate={use.led} />
      <RateBar name={texts.personas.card.score} rate={use.score} />
      <RateBar name={texts.personas.card.feedback} rate={card.feedback} />
      <RateBar name={texts.personas.card.json} rate={use.json_validity} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="text-right tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Who({ report }: { report: Report }) {
  const stored = report.persona as { traits?: Record<string, number>; expertise?: string[]; metadata?: Record<string, unknown> };
  const parent = stored.metadata?.parent;
  return (
    <Part title={words.traits}>
      <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5 text-sm">
        {Object.entries(stored.traits ?? {}).map(([trait, value]) => (
          <div key={trait} className="contents">
            <dt>{trait}</dt>
            <dd aria-hidden>
              <svg viewBox="0 0 90 6" preserveAspectRatio="none" className="h-1.5 w-full">
                <rect width="90" height="6" rx="1" className="fill-muted" />
                <rect width={value * 10} height="6" rx="1" className="fill-primary" />
              </svg>
            </dd>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-muted-foreground">{words.expertise}</dt>
        <dd className="flex flex-wrap gap-1">
          {(stored.expertise ?? []).map((word) => (
            <Badge key={word}>{word}</Badge>
          ))}
        </dd>
        <dt className="text-muted-foreground">{words.walks}</dt>
        <dd>{report.card.traversal || words.usual}</dd>
        <dt className="text-muted-foreground">{words.source}</dt>
        <dd>
          {report.card.source}
          {report.is_stored && `, ${words.stored}`}
        </dd>
        {typeof parent === "string" && (
          <>
            <dt className="text-muted-foreground">{words.parent}</dt>
            <dd>
              <Link href={addressOfPersona(parent)} className="underline underline-offset-4">
                {parent}
              </Link>
            </dd>
          </>
        )}
      </dl>
    </Part>
  );
}

function Kinds({ report }: { report: Report }) {
  if (!report.kinds.length)
    return (
      <Part title={words.kinds}>
        <Quiet>{words.noKinds}</Quiet>
      </Part>
    );
  return (
    <Part title={words.kinds}>
      {report.kinds.map((one) => (
        <div key={one.kind}>
          <h3 className="text-sm font-medium">{one.kind}</h3>
          <div className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
            <RateBar name={words.byFeedback} rate={one.feedback} />
            <RateBar name={words.byExperts} rate={one.seen} />
          </div>
        </div>
      ))}
    </Part>
  );
}

function Searches({ title, found }: { title: string; found: Report["best"] }) {
  if (!found.length)
    return (
      <Part title={title}>
        <Quiet>{words.noRuns}</Quiet>
      </Part>
    );
  return (
    <Part title={title}>
      <ul className="flex flex-col gap-2 text-sm">
        {found.map((one, place) => (
          <li key={place} className="flex items-start gap-2">
            <span className="w-12 shrink-0 text-right tabular-nums">{one.score.toFixed(2)}</span>
            <Link href={addressOf("/runs/view/", RUN_ADDRESS, { id: one.run_id })} className="min-w-0 flex-1 underline underline-offset-4">
              {one.question}
            </Link>
            <Link
              href={addressOf("/runs/view/", RUN_ADDRESS, { id: one.run_id, tab: "graph" })}
              aria-label={words.pathOf(one.question)}
              className="text-muted-foreground underline underline-offset-4"
            >
              {words.path}
            </Link>
            {one.is_leading && <Badge tone="good">{words.lead}</Badge>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Rivals({ report }: { report: Report }) {
  return (
    <Part title={words.rivals}>
      {report.rivals.length ? (
        <ul className="flex flex-col gap-1 text-sm">
          {report.rivals.map((one) => (
            <li key={one.name} className="flex justify-between gap-4">
              <Link href={addressOfPersona(one.name)} className="underline underline-offset-4">
                {one.name}
              </Link>
              <span className="text-muted-foreground tabular-nums">{words.rivalAhead(count(one.ahead), count(one.together))}</span>
            </li>
          ))}
        </ul>
      ) : (
        <Quiet>{words.noRivals}</Quiet>
      )}
    </Part>
  );
}

function History({ report }: { report: Report }) {
  const isCut = report.history.length < report.history_total;
  return (
    <Part title={words.history}>
      {report.history.length ? (
        <Table label={words.history}>
          <thead className="sr-only">
            <tr>
              <HeadCell>{words.history}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {report.history.map((one, place) => (
              <Row key={place}>
                <Cell className="text-xs whitespace-nowrap text-muted-foreground">{moment(one.at)}</Cell>
                <Cell>
                  {one.data.action === "moved" ? (
                    <span className="inline-flex flex-wrap items-center gap-1">
                      <TierBadge tier={one.data.before} /> → <TierBadge tier={one.data.after} />
                    </span>
                  ) : (
                    (words as unknown as Record<string, string>)[one.data.action] ?? one.data.action
                  )}
                </Cell>
                <Cell>{one.data.reason}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : (
        <Quiet>{words.noHistory}</Quiet>
      )}
      {isCut && <Quiet>{words.more(count(report.history.length), count(report.history_total))}</Quiet>}
    </Part>
  );
}
