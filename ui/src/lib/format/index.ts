/** Numbers, times and names as people read them. Everything unknown is a dash. */

const DASH = "–";
const THIN = "\u202f";
const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

type Maybe<T> = T | null | undefined;

/** 12480 -> "12,480". */
export function count(value: Maybe<number>): string {
  return value == null || !Number.isFinite(value) ? DASH : GROUPED.format(value);
}

/** 12480 -> "12.5k", for places where little fits. */
export function shortCount(value: Maybe<number>): string {
  if (value == null || !Number.isFinite(value)) return DASH;
  for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    // 999.95 and more of a unit would be written as 1000 of it.
    if (Math.abs(value) >= size * 0.99995) {
      const scaled = value / size;
      return `${scaled.toFixed(Math.abs(scaled) < 99.95 ? 1 : 0)}${unit}`;
    }
  }
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** Seconds -> "240 ms", "3.2 s", "4 min 05 s", "2 h 10 min", "3 d 4 h". */
export function duration(seconds: Maybe<number>): string {
  if (seconds == null || !Number.isFinite(seconds) || seconds < 0) return DASH;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${THIN}ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}${THIN}min ${String(rest).padStart(2, "0")}${THIN}s`;
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return `${hours}${THIN}h ${String(left).padStart(2, "0")}${THIN}min`;
  return `${Math.floor(hours / 24)}${THIN}d ${hours % 24}${THIN}h`;
}

/** 1536 -> "1.5 kB"; powers of 1000, as disks are sold. */
export function bytes(size: Maybe<number>): string {
  if (size == null || !Number.isFinite(size)) return DASH;
  let [value, unit] = [size, "B"];
  for (const larger of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.95) break;
    [value, unit] = [value / 1000, larger];
  }
  return `${unit === "B" ? value : value.toFixed(1)}${THIN}${unit}`;
}

/** 0.873 -> "87 %"; a share of one. */
export function percent(share: Maybe<number>, digits = 0): string {
  return share == null || !Number.isFinite(share) ? DASH : `${(share * 100).toFixed(digits)}${THIN}%`;
}

/** A share with the interval it is known within and the number it was counted on: "62 % (48–74, n 41)". */
export function rate(share: Maybe<number>, low: Maybe<number>, high: Maybe<number>, n: number): string {
  if (share == null || n === 0) return DASH;
  const within = low == null || high == null ? "" : `${Math.round(low * 100)}–${Math.round(high * 100)}, `;
  return `${percent(share)} (${within}n${THIN}${n})`;
}

/** Unix seconds -> "2026-11-30 10:29:04", in the reader's own time. */
export function moment(at: Maybe<number>): string {
  if (at == null || !Number.isFinite(at)) return DASH;
  const date = new Date(at * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Unix seconds -> "3 min ago"; with `now` of the same clock. */
export function ago(at: Maybe<number>, now: number = Date.now() / 1000): string {
  if (at == null || !Number.isFinite(at)) return DASH;
  const seconds = Math.max(0, now - at);
  if (seconds < 10) return "just now";
  for (const [size, unit] of [[86_400, "d"], [3600, "h"], [60, "min"]] as const)
    if (seconds >= size) return `${Math.floor(seconds / size)}${THIN}${unit} ago`;
  return `${Math.floor(seconds)}${THIN}s ago`;
}

/** A long id or path cut in the middle: both ends tell more than one of them. */
export function cutMiddle(text: string, most = 24): string {
  const signs = [...text]; // whole characters, not halves of a pair
  if (signs.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${signs.slice(0, head).join("")}…${signs.slice(signs.length - (most - 1 - head)).join("")}`;
}
