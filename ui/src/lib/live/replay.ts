import { emptyState, copyState, type RunState } from "./state";
import { fold } from "./fold";
import type { RunEvent } from "./events";

const EVERY = 512; // events between two kept states: a jump folds at most so many, some 2 ms

/** A run's events, and the state at any of them without folding all that came before. */
export class Replay {
  private readonly list: RunEvent[] = [];
  private readonly kept: RunState[] = [emptyState()];
  private ahead: RunState = emptyState();
  private readonly told = new Set<string>();
  private last: { place: number; state: RunState } = { place: 0, state: emptyState() };

  get events(): readonly RunEvent[] {
    return this.list;
  }

  /** Of all events. */
  get kinds(): ReadonlySet<string> {
    return this.told;
  }

  get length(): number {
    return this.list.length;
  }

  /** Add events that come after those known; others are left out. Tells how many were added. */
  add(events: readonly RunEvent[]): number {
    let count = 0;
    for (const event of events) {
      const last = this.list[this.list.length - 1];
      if (last && event.sequence <= last.sequence) continue;
      this.list.push(event);
      this.told.add(event.kind);
      fold(this.ahead, event);
      count++;
      if (this.list.length % EVERY === 0) this.kept.push(copyState(this.ahead));
    }
    return count;
  }

  /** The state after the first `place` events. It is the caller's: it does not go on by itself. */
  at(place: number): RunState {
    const wanted = Math.max(0, Math.min(this.list.length, place));
    if (wanted === this.last.place) return this.last.state;
    const isNear = wanted > this.last.place && wanted - this.last.place < EVERY;
    const from = isNear ? this.last.place : Math.floor(wanted / EVERY) * EVERY;
    let state: RunState;
    if (wanted === this.list.length) state = copyState(this.ahead);
    else {
      const base = isNear ? this.last.state : this.kept[from / EVERY];
      state = copyState(base ?? emptyState());
      for (let next = base ? from : 0; next < wanted; next++) {
        const event = this.list[next];
        if (event) fold(state, event);
      }
    }
    this.last = { place: wanted, state };
    return state;
  }

  /** How many events have a number of at most this; they have gaps only where the record lost some. */
  placeOf(sequence: number): number {
    return countWhile(this.list, (event) => event.sequence <= sequence);
  }

  /** How many events happened until then. Events of several processes may be told a little out of order. */
  placeAt(seconds: number): number {
    return countWhile(this.list, (event) => event.at <= seconds);
  }
}

function countWhile(events: readonly RunEvent[], holds: (event: RunEvent) => boolean): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event && holds(event)) low = middle + 1;
    else high = middle;
  }
  return low;
}
