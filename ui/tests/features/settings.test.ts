import { describe, expect, it } from "vitest";
import {
  checkKey,
  countStates,
  isBroken,
  listBrought,
  NEW_KEY,
  pickFindings,
  pickPlugins,
  pickSettings,
  writeValue,
  type Finding,
  type Plugin,
  type Setting,
} from "@/features/settings/picks";

describe("findings", () => {
  const make = (state: Finding["state"], name: string): Finding => ({ topic: "agent", state, name, text: "", remedy: "" });
  const findings = [make("ok", "a"), make("note", "b"), make("wrong", "c"), make("ok", "d")];
  it("come with what is broken first, else as they were told", () => {
    expect(pickFindings(findings, "").map((one) => one.name)).toEqual(["c", "b", "a", "d"]);
    expect(pickFindings(findings, "ok").map((one) => one.name)).toEqual(["a", "d"]);
    expect(countStates(findings)).toEqual({ ok: 2, note: 1, wrong: 1 });
  });
});

describe("plugins", () => {
  const problem = { plugin: "p", reason: "import", message: "it failed", hint: "", location: "" };
  const make = (plugin: string, state: string, more: Partial<Plugin> = {}): Plugin => ({
    plugin,
    origin: "project",
    location: "",
    version: "",
    state,
    brings: {},
    problems: [],
    seconds: null,
    ...more,
  });
  const plugins = [
    make("calc", "indexed", { brings: { tool: ["calculator"], model_provider: ["a", "b"] } }),
    make("bad", "failed", { problems: [problem] }),
    make("off", "disabled", { problems: [problem] }),
  ];
  it("are broken when something is wrong that nobody chose", () => expect(plugins.map(isBroken)).toEqual([false, true, false]));
  it("are found by what they bring, broken ones first", () => {
    expect(pickPlugins(plugins, "", false).map((one) => one.plugin)).toEqual(["bad", "calc", "off"]);
    expect(pickPlugins(plugins, "CALCULATOR tool", false).map((one) => one.plugin)).toEqual(["calc"]);
    expect(pickPlugins(plugins, "", true).map((one) => one.plugin)).toEqual(["bad"]);
    expect(listBrought(plugins[0]?.brings ?? {})).toBe("tool calculator; model provider a, b");
  });
});

describe("settings", () => {
  const make = (name: string, value: unknown, layer: string): Setting => ({ name, value, layer, place: "" });
  const settings = [
    make("system.provider", "ollama", "project"),
    make("system.budgets.run.max_tokens", 5000, "bundled"),
    make("server.port", 7000, "default"),
  ];
  const names = (words: string, which: "all" | "own" | "budgets") => pickSettings(settings, words, which).map((one) => one.name);
  it("are found by name or value, those of one's own, and budgets", () => {
    expect(names("OLLAMA", "all")).toEqual(["system.provider"]);
    expect(names("5000", "all")).toEqual(["system.budgets.run.max_tokens"]);
    expect(names("", "own")).toEqual(["system.provider"]);
    expect(names("", "budgets")).toEqual(["system.budgets.run.max_tokens"]);
  });
  it("are written as they are typed", () => expect([writeValue("a b"), writeValue([1]), writeValue(null)]).toEqual(["a b", "[1]", "null"]));
});

describe("a key", () => {
  const check = (change: Partial<typeof NEW_KEY>) => checkKey({ ...NEW_KEY, name: "chat", ...change });
  it("has a name, something that it may, and numbers where numbers are wanted", () => {
    expect(check({})).toBeNull();
    expect(check({ name: "  " })).toBe("name");
    expect(check({ scopes: [] })).toBe("scopes");
    expect([check({ concurrency: "-1" }), check({ concurrency: "" })]).toEqual(["concurrency", null]);
    expect([check({ days: "0" }), check({ days: "x" }), check({ days: "90" }), check({ days: "" })]).toEqual(["days", "days", null, null]);
  });
});
