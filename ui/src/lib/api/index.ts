export { BASE, SOURCES } from "./base";
export { api, readEvents, unwrap } from "./client";
export { useConnection } from "./connection";
export { ApiProblem, ServerAway, describeProblem, readProblem } from "./problem";
export { useSession, type Standing } from "./session";
export type * from "./types";
