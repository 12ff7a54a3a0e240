interface SparkProps {
  values: readonly (number | null)[];
  label: string;
  className?: string;
}

const [WIDTH, HEIGHT] = [120, 28];

/** A line without axes; gaps where nothing was measured. What it tells in words is its label. */
export function Spark({ values, label, className }: SparkProps) {
  const known = values.filter((value): value is number => value !== null);
  const top = Math.max(...known, 0) || 1;
  const step = (WIDTH - 4) / Math.max(1, values.length - 1);
  let path = "";
  values.forEach((value, place) => {
    if (value === null) return;
    const isNew = place === 0 || values[place - 1] === null;
    path += `${isNew ? "M" : "L"}${(2 + place * step).toFixed(1)} ${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
    // A point alone would draw nothing.
    if (isNew && (place === values.length - 1 || values[place + 1] === null)) path += "h0";
  });
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={className}>
      <path d={path} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
