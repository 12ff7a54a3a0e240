import { readEmphasis } from "@/lib/format/emphasis";

/** Words of a document or an answer, with strong ones strong; nothing else in them is markup. */
export function Emphasis({ children }: { children: string }) {
  return readEmphasis(children).map(({ text, isStrong }, place) => (isStrong ? <strong key={place}>{text}</strong> : <span key={place}>{text}</span>));
}
