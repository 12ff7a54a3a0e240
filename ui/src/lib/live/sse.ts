/** One message of a stream of server-sent events. */
export interface SseMessage {
  id: string;
  event: string;
  data: string;
}

/**
 * Reads server-sent events out of pieces of text, cut anywhere.
 *
 * The browser's own EventSource tells no status of a refusal, goes on for ever after an end, and hears only kinds that
 * were named before: so the page reads the stream itself.
 */
export class SseReader {
  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  /** The messages that are whole now. */
  feed(piece: string): SseMessage[] {
    const found: SseMessage[] = [];
    const text = this.rest + piece;
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      if (end < 0) break;
      const line = text.slice(from, text[end - 1] === "\r" ? end - 1 : end);
      from = end + 1;
      const message = this.take(line);
      if (message) found.push(message);
    }
    this.rest = text.slice(from);
    return found;
  }

  private take(line: string): SseMessage | null {
    if (line === "") {
      const message = this.data.length ? { id: this.id, event: this.event || "message", data: this.data.join("\n") } : null;
      this.event = "";
      this.data = [];
      return message;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id") this.id = value;
    return null;
  }
}
