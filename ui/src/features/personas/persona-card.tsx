"use client";
import { Card as Box } from "@/components/ui";
import { count, percent } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { PersonaMenu } from "./actions";
import { addressOfPersona } from "./address";
import type { Card } from "./board";
import { RateBar } from "./rate-bar";
import { TierBadge } from "./tier-badge";

const words = texts.personas.card;

/** A persona in short: who it is, where it stands and why, how it did. */
export function PersonaCard({ card }: { card: Card }) {
  return (
    <Box aria-label={card.name} className="flex flex-col gap-3">
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-semibold">
            <Link href={addressOfPersona(card.name)} className="rounded-sm underline-offset-4 hover:underline">
              {card.name}
            </Link>
          </h2>
          <p className="line-clamp-2 text-sm text-muted-foreground">{card.description}</p>
        </div>
        <PersonaMenu card={card} />
      </div>
      <div className="flex flex-wrap items-center gap-2 text-xs text-muted-foreground">
        <TierBadge tier={card.tier} />
        <span className="min-w-0">{card.rule}</span>
      </div>
      <div className="grid grid-cols-1 gap-2">
        <RateBar name={words.led} rate={card.use.led} />
        <RateBar name={words.score} rate={card.use.score} />
        <RateBar name={words.feedback} rate={card.feedback} />
        <RateBar name={words.json} rate={card.use.json_validity} />
      </div>
      <dl className="mt-auto flex flex-wrap gap-x-4 gap-y-1 border-t pt-2 text-xs">
        <Fact name={words.share}>
          {percent(card.use.share)} ({words.chosen(count(card.use.chosen))})
        </Fact>
        <Fact name={words.cost}>{card.activation_cost}</Fact>
      </dl>
    </Box>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
