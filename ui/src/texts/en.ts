import { atlas } from "./atlas";
import { compare } from "./compare";
import { documents } from "./documents";
import { metrics } from "./metrics";
import { now } from "./now";
import { personas } from "./personas";
import { run } from "./run";
import { runs } from "./runs";
import { settings } from "./settings";
import { shell } from "./shell";

/** Every English text of the page, by feature: another language is another object of this shape. */
export const texts = { shell, now, runs, run, compare, personas, atlas, documents, metrics, settings } as const;
