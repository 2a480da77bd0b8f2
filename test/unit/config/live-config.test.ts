import { afterEach, describe, expect, it } from "vitest";
import type { ConfigDiff } from "../../../config/diff.ts";
import { LiveConfig } from "../../../config/live-config.ts";
import type { ConfigSource } from "../../../config/source/config-source.ts";
import { movedClock } from "../../support/moved-clock.ts";

/** A source that a test writes to; each read takes the next of `torn` before the whole text. */
function memorySource(text: string | null) {
  const state = { text, torn: [] as string[], changed: () => {} };
  const source: ConfigSource = {
    name: "memory.yaml",
    async read() {
      const now = state.torn.shift() ?? state.text;
      if (now !== null) return { ok: true, bytes: Buffer.from(now), warnings: [] };
      const problem = {
        severity: "error",
        code: "file-unreadable",
        message: "gone",
        file: "memory.yaml",
        line: null,
        column: null,
        path: "",
        server: null,
      } as const;
      return { ok: false, problem };
    },
    watch(mayHaveChanged) {
      state.changed = mayHaveChanged;
      return () => {
        state.changed = () => {};
      };
    },
  };
  return { source, state };
}

const file = (...servers: string[]) => `version: "1"\nmcpServers:\n${servers.map((server) => `  ${server}\n`).join("")}`;
const server = (name: string, rest = "") => `${name}: {url: https://${name}.example${rest}}`;

async function live(text: string | null) {
  const { source, state } = memorySource(text);
  const clock = movedClock();
  const applied: ConfigDiff[] = [];
  const told: string[][] = [];
  const config = new LiveConfig({
    source,
    env: {},
    clock,
    onApplied: (_config, diff) => void applied.push(diff),
    onProblems: (problems) => void told.push(problems.map(({ code }) => code)),
  });
  open = config;
  await config.start();
  const save = async (next: string | null) => {
    state.text = next;
    state.changed();
    await clock.advance(1_000);
  };
  return { config, state, clock, applied, told, save, names: () => [...config.config.servers.keys()] };
}

let open: LiveConfig | null = null;
afterEach(() => open?.close());

describe("the configuration in force", () => {
  it("F-CFG-07: follows a good edit and touches nothing for a comment", async () => {
    const { save, applied, names } = await live(file(server("a"), server("b")));
    await save(`# a comment\n${file(server("a"), server("b"))}`);
    expect(applied).toEqual([]);
    await save(file(server("a", ", timeout: 5"), server("b", ", title: B"), server("c")));
    expect(applied).toEqual([
      { added: ["c"], removed: [], moved: ["a"], relabelled: ["b"], unchanged: [], settingsChanged: false },
    ]);
    expect(names()).toEqual(["a", "b", "c"]);
  });

  it("F-CFG-01: keeps the last good one while the text is no YAML, and says where", async () => {
    const { config, save, applied, told, names } = await live(file(server("a")));
    await save("version: '1'\nmcpServers:\n\ta: x\n");
    expect(names()).toEqual(["a"]);
    expect(applied).toEqual([]);
    expect(told).toEqual([["yaml-tab"]]);
    expect(config.problems[0]).toMatchObject({ line: 3, file: "memory.yaml" });
    await save(file(server("a"), server("b")));
    expect(names()).toEqual(["a", "b"]);
    expect(config.problems).toEqual([]);
  });

  it("F-CFG-02: keeps a server as it was while its new entry is broken, and applies the rest", async () => {
    const { config, save, applied, names } = await live(file(server("a"), server("b")));
    await save(file(server("a", ", timeout: soon"), server("b", ", timeout: 9")));
    expect(names().sort()).toEqual(["a", "b"]);
    expect(config.config.servers.get("a")?.timeoutMs).toBe(60_000);
    expect(applied).toMatchObject([{ moved: ["b"], removed: [], unchanged: ["a"] }]);
    expect(config.problems.map(({ server: name }) => name)).toEqual(["a"]);
  });

  it("F-CFG-02: stays whole for an error that is no single server's, so that no restriction is lost", async () => {
    const restricted = `${file(server("a"))}mcpSettings: {allowedDomains: [a.example]}\ninterface: {mcpServers: {create: false}}\n`;
    const { config, save, applied, names } = await live(restricted);
    for (const wrong of [
      "mcpSettings: [a]",
      "mcpsettings: {}",
      "mcpSettings: {allowedDomain: [a.example]}",
      "interface: [b]",
      "interface: {mcpServers: {crate: false}}",
    ]) {
      await save(`${file(server("a"), server("b"))}${wrong}\n`);
      expect(config.config.settings.allowedDomains, wrong).toEqual(["a.example"]);
      expect(config.config.interface.create, wrong).toBe(false);
    }
    for (const servers of ["mcpServer: {}", "mcpServers: [a]"]) await save(`version: "1"\n${servers}\n`);
    expect(names()).toEqual(["a"]);
    expect(applied).toEqual([]);
  });

  it("F-CFG-04: stays when the file is deleted, and picks it up again", async () => {
    const { save, told, names } = await live(file(server("a")));
    await save(null);
    expect(names()).toEqual(["a"]);
    expect(told).toEqual([["file-unreadable"]]);
    await save(file(server("a"), server("b")));
    expect(names()).toEqual(["a", "b"]);
    expect(told.at(-1)).toEqual([]);
  });

  it("CFG-16: never applies half a file: two looks must agree", async () => {
    const { state, clock, applied, names } = await live(file(server("a"), server("b"), server("c")));
    const next = file(server("a"), server("b"), server("c"), server("d"));
    state.text = next;
    state.torn = [next.slice(0, 50), next.slice(0, 60), next.slice(0, 75)];
    state.changed();
    await clock.advance(100);
    expect(applied).toEqual([]);
    await clock.advance(2_000);
    expect(applied).toMatchObject([{ added: ["d"], removed: [] }]);
    expect(names()).toEqual(["a", "b", "c", "d"]);
  });

  it("CFG-16: asks before most servers go, and forgets the question when the file is right again", async () => {
    const whole = file(server("a"), server("b"), server("c"));
    const { config, save, applied, told, names } = await live(whole);
    await save(file(server("a")));
    expect(names()).toEqual(["a", "b", "c"]);
    expect(config.pending?.removed).toEqual(["b", "c"]);
    expect(told).toEqual([["reload-pending"]]);
    await save(whole);
    expect(config.pending).toBeNull();
    expect(config.confirm()).toBe(false);
    await save(file(server("a"), server("x")));
    expect(config.confirm()).toBe(true);
    expect(names()).toEqual(["a", "x"]);
    expect(applied).toMatchObject([{ added: ["x"], removed: ["b", "c"] }]);
    expect(config.problems).toEqual([]);
  });

  it("starts without a file, and with a broken one, and takes what comes", async () => {
    for (const first of [null, "version: ["]) {
      const { config, save, names } = await live(first);
      expect(names()).toEqual([]);
      expect(config.problems).toHaveLength(1);
      await save(file(server("a")));
      expect(names()).toEqual(["a"]);
    }
  });

  it("answers many changes at once with one more look", async () => {
    const { state, clock, applied } = await live(file(server("a")));
    state.text = file(server("a"), server("b"));
    for (let time = 0; time < 50; time += 1) state.changed();
    await clock.advance(1_000);
    expect(applied).toHaveLength(1);
  });
});
