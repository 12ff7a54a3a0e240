/** Characters [start, end) of a document that something points at. */
export interface Span {
  number: number;
  start: number;
  end: number;
}

export interface Part {
  text: string;
  /** The place of this part's first character in the document. */
  at: number;
  /** The numbers of the spans that it belongs to. */
  numbers: readonly number[];
}

/**
 * A text cut where spans begin and end, each part with the spans that hold it; offsets count whole characters, as the
 * server counts them, where JavaScript counts halves of some.
 */
export function cutAtSpans(text: string, first: number, spans: readonly Span[]): Part[] {
  const signs = [...text];
  const last = first + signs.length;
  const within = spans.map((span) => ({ ...span, start: Math.max(first, span.start), end: Math.min(last, span.end) })).filter(({ start, end }) => start < end);
  const borders = [...new Set([first, last, ...within.flatMap(({ start, end }) => [start, end])])].sort((one, other) => one - other);
  const parts: Part[] = [];
  for (let place = 0; place + 1 < borders.length; place++) {
    const [at, end] = [borders[place] as number, borders[place + 1] as number];
    const numbers = within.filter((span) => span.start <= at && span.end >= end).map((span) => span.number);
    parts.push({ text: signs.slice(at - first, end - first).join(""), at, numbers: [...new Set(numbers)] });
  }
  return parts;
}

/** The window of a document that is fetched: around what is marked, else from its beginning. */
export function chooseWindow(start: number | null, end: number | null, size: number): { start: number; end: number } {
  if (start === null) return { start: 0, end: size };
  const from = Math.max(0, start - Math.floor(size / 4));
  return { start: from, end: Math.max(from + size, (end ?? start) + Math.floor(size / 4)) };
}
