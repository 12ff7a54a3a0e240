/** One line of a value as it is shown, with what is wrong at its place. */
export interface MarkedLine {
  text: string;
  problems: readonly string[];
}

const PLACE = /^(?:[a-z_ ]+: )?at (\$(?:\.[A-Za-z_]\w*|\[\d+\]|\['(?:[^'\\]|\\.)*'\])*): (.*)$/s;
const PLAIN = /^[A-Za-z_]\w*$/;

/** What a validator said, by the place that it names; "" for what names none. */
export function readProblems(message: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of message.split("\n")) {
    if (!line.trim()) continue;
    const [, place = "", words = line] = PLACE.exec(line) ?? [];
    found.set(place, [...(found.get(place) ?? []), words]);
  }
  return found;
}

/**
 * A reply line by line, with each problem at the line that it is about.
 *
 * Of a reply that is no JSON the lines are its own; what names a place that is not there stands at the nearest one around it.
 */
export function markReply(reply: string, message: string): MarkedLine[] {
  const problems = readProblems(message);
  let value: unknown;
  try {
    value = JSON.parse(reply);
  } catch {
    const all = [...problems.values()].flat();
    return reply.split("\n").map((text, place) => ({ text, problems: place === 0 ? all : [] }));
  }
  const lines: { text: string; place: string }[] = [];
  write(value, "$", "", "", "", lines);
  const at = new Map<number, string[]>();
  for (const [place, words] of problems) {
    const line = findLine(lines, place);
    at.set(line, [...(at.get(line) ?? []), ...words]);
  }
  return lines.map(({ text }, line) => ({ text, problems: at.get(line) ?? [] }));
}

function findLine(lines: readonly { place: string }[], place: string): number {
  for (let wanted = place; wanted; wanted = cutLast(wanted)) {
    const line = lines.findIndex((one) => one.place === wanted);
    if (line >= 0) return line;
  }
  return 0;
}

const cutLast = (place: string) => place.replace(/(?:\.[A-Za-z_]\w*|\[\d+\]|\['(?:[^'\\]|\\.)*'\]|\$)$/, "");

function write(value: unknown, place: string, indent: string, name: string, end: string, lines: { text: string; place: string }[]): void {
  const head = indent + name;
  if (typeof value !== "object" || value === null) {
    lines.push({ text: `${head}${JSON.stringify(value)}${end}`, place });
    return;
  }
  const isList = Array.isArray(value);
  const [open, shut] = isList ? "[]" : "{}";
  const entries = isList
    ? value.map((inner: unknown, index): [string, string, unknown] => [`${place}[${index}]`, "", inner])
    : Object.entries(value).map(([key, inner]): [string, string, unknown] => [place + (PLAIN.test(key) ? `.${key}` : `['${key.replace(/['\\]/g, "\\$&")}']`), `${JSON.stringify(key)}: `, inner]);
  if (!entries.length) {
    lines.push({ text: `${head}${open}${shut}${end}`, place });
    return;
  }
  lines.push({ text: `${head}${open}`, place });
  entries.forEach(([inner, label, one], index) => write(one, inner, `${indent}  `, label, index < entries.length - 1 ? "," : "", lines));
  lines.push({ text: `${indent}${shut}${end}`, place: "" });
}
