/** Words of a text, and whether Markdown's marks make them strong. */
export interface Words {
  text: string;
  isStrong: boolean;
}

// Marks touch their words, and no letter or number stands beside them from outside: 2**3**4 is no emphasis. Underlines
// are left as they are: they stand in names of programs.
const STRONG = /(?<![\p{L}\p{N}*\\])\*\*(?=[^\s*])([^\n]*?[^\s*\\])\*\*(?![\p{L}\p{N}*])/gu;

/** A text without the marks of strong words, which are told apart instead; all else stays as it stands. */
export function readEmphasis(text: string): Words[] {
  const found: Words[] = [];
  let from = 0;
  for (const match of text.matchAll(STRONG)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), isStrong: false });
    found.push({ text: match[1] ?? "", isStrong: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || !found.length) found.push({ text: text.slice(from), isStrong: false });
  return found;
}
