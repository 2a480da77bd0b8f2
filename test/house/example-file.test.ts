import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { IGNORED_KEYS, UNSUPPORTED_KEYS } from "../../config/checks/unsupported-keys.ts";
import { loadConfig } from "../../config/load-config.ts";

const FILE = "librechat.example.yaml";
const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const example = read(FILE);
const env = {
  DEMO_HTTP_URL: "http://127.0.0.1:1/mcp",
  DEMO_SSE_URL: "http://127.0.0.1:2/sse",
  DEMO_OAUTH_URL: "http://127.0.0.1:3/mcp",
  REMOTE_API_KEY: "key",
};

/** Takes the comment signs off one commented-out block, which begins with `# <key>:`. */
function uncommented(text: string, key: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim() === `# ${key}:`);
  expect(start).toBeGreaterThan(0);
  const length = lines.slice(start).findIndex((line) => !line.trim().startsWith("#"));
  const end = length === -1 ? lines.length : start + length;
  return lines.map((line, at) => (at >= start && at < end ? line.replace("# ", "") : line)).join("\n");
}

/** Every key an operator can write for a server or in `mcpSettings` that has an effect today. */
function keysWithEffect(): string[] {
  const files = ["server-stdio", "server-sse", "server-streamable-http", "server-websocket", "mcp-settings"];
  const all = files.flatMap((file) => {
    const { properties } = JSON.parse(read(`schemas/config/${file}.json`)) as { properties: Record<string, unknown> };
    return Object.keys(properties);
  });
  const without = new Set([...UNSUPPORTED_KEYS, ...Object.keys(IGNORED_KEYS)].map((path) => path.split(".").at(-1)));
  return [...new Set(all)].filter((key) => !without.has(key));
}

const keysNotShown = (text: string) => keysWithEffect().filter((key) => !new RegExp(`^[ #]*${key}:`, "m").test(text));

describe(FILE, () => {
  it("loads without a problem, with a server for each transport and one to sign in to", () => {
    const { config, problems } = loadConfig(example, FILE, env);
    expect(problems).toEqual([]);
    const kinds = [...config.servers.values()].map(({ target }) => target.kind);
    expect(kinds).toEqual(["stdio", "streamable-http", "sse", "streamable-http"]);
    expect(config.servers.get("diary")?.requiresOAuth).toBe(true);
  });

  it("shows every key that has an effect", () => {
    expect(keysNotShown(example.replaceAll("customUserVars:", "userVars:"))).toEqual(["customUserVars"]);
    expect(keysNotShown(example)).toEqual([]);
  });

  it("has nothing wrong in what is commented out, but for the server that is broken on purpose", () => {
    for (const key of ["remote", "inside", "program", "mcpSettings"]) {
      expect(loadConfig(uncommented(example, key), FILE, env).problems, key).toEqual([]);
    }
  });

  it("has a broken server whose problems are named with their place while the others load", () => {
    const { config, problems, brokenServers } = loadConfig(uncommented(example, "broken"), FILE, env);
    expect(config.servers.size).toBe(4);
    expect(brokenServers).toEqual(["broken"]);
    expect(problems.map(({ code, line, suggestion }) => [code, (line ?? 0) > 0, suggestion])).toEqual([
      ["url-invalid", true, undefined],
      ["key-unknown", true, "did you mean `timeout`?"],
    ]);
  });

  it("asks every user for a key of their own before anything connects", () => {
    const notes = loadConfig(example, FILE, env).config.servers.get("notes");
    expect(notes?.startup).toBe(false);
    expect(Object.entries(notes?.userVars ?? {}).map(([name, { sensitive }]) => [name, sensitive])).toEqual([
      ["DEMO_KEY", true],
      ["DEMO_NAME", false],
    ]);
    expect(notes?.userVars.DEMO_KEY?.description).toContain("<a href=");
  });
});
