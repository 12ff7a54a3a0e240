"use client";
import { useState } from "react";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { ChartRow, Selection } from "./series";
import { orderSelection } from "./series";

export interface ChartLine {
  key: string;
  name: string;
  /** 1 to 8; a dash and the name go with the colour. */
  lane: number;
  isDashed?: boolean;
}

interface Props {
  kind: "lines" | "bars";
  label: string;
  rows: readonly ChartRow[];
  lines: readonly ChartLine[];
  labelOf: (place: number) => string;
  format: (value: number) => string;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
}

const color = (lane: number) => `var(--lane-${((lane - 1) % 8) + 1})`;
const AXIS = { fontSize: 11, stroke: "var(--muted-foreground)", tickLine: false } as const;

/** Lines or stacked bars over time; dragging over them chooses a span. */
export default function TimeChart({ kind, label, rows, lines, labelOf, format, selection, onSelect }: Props) {
  const [begun, setBegun] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const place = (state: { activeTooltipIndex?: unknown } | null) => {
    const found = Number(state?.activeTooltipIndex ?? NaN);
    return Number.isInteger(found) ? found : null;
  };
  const handlers = {
    onMouseDown: (state: { activeTooltipIndex?: unknown } | null) => {
      setBegun(place(state));
      setAt(place(state));
    },
    onMouseMove: (state: { activeTooltipIndex?: unknown } | null) => begun !== null && setAt(place(state) ?? at),
    onMouseUp: () => {
      if (begun !== null && at !== null) onSelect(orderSelection(begun, at));
      setBegun(null);
    },
    onMouseLeave: () => setBegun(null),
  };
  const marked = begun !== null && at !== null ? orderSelection(begun, at) : selection;
  const isWhole = rows.every((row) => lines.every(({ key }) => Number.isInteger(row[key] ?? 0))); // half a run is no run
  const common = (
    <>
      <CartesianGrid stroke="var(--border)" vertical={false} />
      <XAxis dataKey="place" {...AXIS} tickFormatter={(value) => labelOf(Number(value))} minTickGap={40} />
      <YAxis {...AXIS} allowDecimals={!isWhole} width={56} tickFormatter={(value) => format(Number(value))} axisLine={false} />
      <Tooltip
        isAnimationActive={false}
        contentStyle={{ background: "var(--card)", border: "1px solid var(--border)", borderRadius: 6, fontSize: 12 }}
        labelFormatter={(value) => labelOf(Number(value))}
        formatter={(value, name) => [value == null ? "–" : format(Number(value)), name]}
      />
      {marked && <ReferenceArea x1={marked.from} x2={marked.to} fill="var(--primary)" fillOpacity={0.15} ifOverflow="extendDomain" />}
    </>
  );
  const margin = { top: 8, right: 8, bottom: 0, left: 0 };
  return (
    <div className="h-52 select-none" role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%">
        {kind === "lines" ? (
          <LineChart data={[...rows]} margin={margin} accessibilityLayer={false} {...handlers}>
            {common}
            {lines.map((line) => (
              <Line
                key={line.key}
                dataKey={line.key}
                name={line.name}
                stroke={color(line.lane)}
                strokeWidth={2}
                {...(line.isDashed && { strokeDasharray: "5 4" })}
                dot={{ r: 2, strokeDasharray: "0" }}
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        ) : (
          <BarChart data={[...rows]} margin={margin} accessibilityLayer={false} {...handlers}>
            {common}
            {lines.map((line) => (
              <Bar key={line.key} dataKey={line.key} name={line.name} stackId="all" fill={color(line.lane)} isAnimationActive={false} />
            ))}
          </BarChart>
        )}
      </ResponsiveContainer>
    </div>
  );
}
