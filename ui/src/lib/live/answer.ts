/** A piece of an answer: words, or a mark that points at a citation. */
export type AnswerPart = { kind: "text"; text: string } | { kind: "mark"; number: number };

export interface AnswerSentence {
  parts: readonly AnswerPart[];
  /** The citations it is bound to, from 1. */
  citations: readonly number[];
}

const MARK = /\[(\d{1,4})\]/g;

/**
 * An answer's paragraphs, each cut into what one run of marks supports: the words before "[1] [2]" with these marks.
 *
 * A number that no citation has stays text: it stood in a document.
 */
export function readAnswer(answer: string, citations: number): AnswerSentence[][] {
  return answer
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => readParagraph(paragraph, citations));
}

function readParagraph(paragraph: string, citations: number): AnswerSentence[] {
  const sentences: AnswerSentence[] = [];
  let parts: AnswerPart[] = [];
  let marks: number[] = [];
  const end = () => {
    if (parts.length) sentences.push({ parts, citations: marks });
    parts = [];
    marks = [];
  };
  const say = (text: string) => {
    if (text === "") return;
    if (marks.length && text.trim() !== "") end();
    parts.push({ kind: "text", text });
  };
  let from = 0;
  for (const match of paragraph.matchAll(MARK)) {
    const number = Number(match[1]);
    if (number < 1 || number > citations) continue;
    say(paragraph.slice(from, match.index));
    parts.push({ kind: "mark", number });
    marks.push(number);
    from = match.index + match[0].length;
  }
  say(paragraph.slice(from));
  end();
  return sentences;
}
