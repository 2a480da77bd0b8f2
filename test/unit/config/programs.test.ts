import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { programPackage } from "../../../config/entries/program-package.ts";
import { loadConfig } from "../../../config/load-config.ts";

const FILE = "/etc/patchbay/librechat.yaml";

const load = (entry: object, { file = FILE, mcpSettings = {} } = {}) => {
  const { config, problems } = loadConfig(
    JSON.stringify({ version: "1.3.17", mcpSettings, mcpServers: { one: entry } }),
    file,
    {},
  );
  const target = config.servers.get("one")?.target;
  return { target: target?.kind === "stdio" ? target : undefined, problems };
};

describe("where a program is", () => {
  it("[STDIO-07] is the folder of the file for a relative path, wherever the platform and the program are started", () => {
    expect(load({ command: "./server", args: [], cwd: "/tmp/writable" }).target).toMatchObject({
      command: "/etc/patchbay/server",
      cwd: "/tmp/writable",
      commandAsWritten: "./server",
    });
    expect(load({ command: "bin/server", args: [], cwd: "work" }).target).toMatchObject({
      command: "/etc/patchbay/bin/server",
      cwd: "/etc/patchbay/work",
    });
    expect(load({ command: "../opt/server", args: [] }).target?.command).toBe("/etc/opt/server");
    expect(load({ command: "./server", args: [] }, { file: "config/librechat.yaml" }).target?.command).toBe(
      resolve("config/server"),
    );
  });

  it("is told where a placeholder stands in it: nothing is filled in there", () => {
    for (const cwd of ["/srv/${WORK}", "{{LIBRECHAT_USER_ID}}"]) {
      const { target, problems } = load({ command: "server", args: [], cwd });
      expect(problems).toMatchObject([{ severity: "warning", code: "placeholder-not-here", path: "/mcpServers/one/cwd" }]);
      expect(target?.cwd).toBe(resolve("/etc/patchbay", cwd));
    }
  });

  it("[STDIO-07] stays as written for absolute paths and for names, which PATH knows", () => {
    expect(load({ command: "/opt/server", args: [] }).target?.command).toBe("/opt/server");
    expect(load({ command: "node", args: ["./server.js"] }).target).toMatchObject({ command: "node", cwd: null });
  });

  it("[STDIO-07] is nowhere for a relative path in a file from an address", () => {
    const { target, problems } = load({ command: "./server", args: [] }, { file: "https://example.org/librechat.yaml" });
    expect(target).toBeUndefined();
    expect(problems).toMatchObject([{ severity: "error", code: "path-relative", path: "/mcpServers/one/command" }]);
  });
});

describe("what is handed to a program", () => {
  it.each([
    [{ env: { "A=B": "c" } }, "/env/A=B"],
    [{ env: { "": "c" } }, "/env/"],
    [{ env: { "A\0": "c" } }, "/env/A\0"],
    [{ env: { A: "b\0" } }, "/env/A"],
    [{ args: ["a", "b\0"] }, "/args/1"],
    [{ command: "no\0de" }, "/command"],
    [{ cwd: "/t\0mp" }, "/cwd"],
  ])("is refused at its place when no system could: %j", (written, path) => {
    const { target, problems } = load({ command: "node", args: [], ...written });
    expect(target).toBeUndefined();
    expect(problems).toMatchObject([{ severity: "error", code: "value-invalid", path: `/mcpServers/one${path}` }]);
    expect(problems[0]?.line).not.toBeNull();
  });

  it("may have any other name and value", () => {
    const env = { "my.name-1": "a=b", _: "", ÄÖ: "line 1\nline 2" };
    expect(load({ command: "node", args: [], env }).problems).toEqual([]);
  });
});

describe("a program that is a package", () => {
  it("[STDIO-08] gets a warning when nothing says which version", () => {
    const { target, problems } = load({ command: "npx", args: ["-y", "@scope/server"] });
    expect(target?.package).toBe("@scope/server");
    expect(problems).toEqual([
      expect.objectContaining({
        severity: "warning",
        code: "package-unpinned",
        path: "/mcpServers/one/args/1",
        message: expect.stringContaining("`@scope/server` is unpinned"),
        suggestion: expect.stringContaining("@scope/server@1.2.3"),
      }),
    ]);
    expect(load({ command: "npx", args: ["-y", "@scope/server@1.4.0"] })).toMatchObject({
      problems: [],
      target: { package: "@scope/server@1.4.0" },
    });
  });

  it("[STDIO-08] is refused without a version where the file says so, with its place", () => {
    const strict = { mcpSettings: { unpinnedPackages: "refuse" } };
    const { target, problems } = load({ command: "npx", args: ["-y", "@scope/server"] }, strict);
    expect(target).toBeUndefined();
    expect(problems).toMatchObject([{ severity: "error", code: "package-unpinned", server: "one" }]);
    expect(problems[0]?.line).toBeGreaterThan(0);
    expect(load({ command: "npx", args: ["-y", "@scope/server@1.4.0"] }, strict).problems).toEqual([]);
  });

  it.each([
    ["npx", ["srv"]],
    ["npx", ["-y", "srv@latest"]],
    ["npx", ["-y", "srv@^1.2.3"]],
    ["npx", ["-y", "srv@1"]],
    ["npx", ["--package=@scope/server", "-y", "run-it"]],
    ["npx", ["-p", "@scope/server@1.0.0", "-p", "other", "run-it"]],
    ["npx", ["-y", "someone/repository"]],
    ["npx", ["-y", "github:someone/repository#main"]],
    ["npx", ["-y", "https://example.org/server.tgz"]],
    ["C:\\Program Files\\nodejs\\npx.cmd", ["srv"]],
    ["/usr/local/bin/npx", ["srv"]],
    ["npm", ["exec", "--", "srv"]],
    ["pnpm", ["dlx", "srv"]],
    ["yarn", ["dlx", "srv"]],
    ["bunx", ["srv"]],
    ["bun", ["x", "srv"]],
    ["uvx", ["mcp-server-git"]],
    ["uvx", ["mcp-server-git>=1.0"]],
    ["uvx", ["mcp-server-git@latest"]],
    ["uvx", ["--from", "git+https://example.org/server", "server"]],
    ["uvx", ["--python", "3.12", "mcp-server-git", "--repository", "/srv"]],
    ["uv", ["tool", "run", "mcp-server-git"]],
    ["pipx", ["run", "server"]],
    ["deno", ["run", "-A", "npm:server"]],
    ["deno", ["run", "-A", "https://example.org/server.ts"]],
  ])("[STDIO-08] %s %j is without a version", (command, args) => {
    expect(programPackage(command, args)?.isPinned).toBe(false);
  });

  it.each([
    ["npx", ["-y", "srv@1.2.3"]],
    ["npx", ["-y", "@scope/server@1.2.3-beta.1", "--flag", "word"]],
    ["npx", ["--package=@scope/server@1.0.0", "-y", "run-it"]],
    ["npx", ["-y", `github:someone/repository#${"a1".repeat(20)}`]],
    ["uvx", ["mcp-server-git==2025.1.2"]],
    ["uvx", ["mcp-server-git@2025.1.2"]],
    ["uvx", ["mcp-server-git[extra]==1.0.0"]],
    ["uvx", ["--from", "server==1.0.0", "server-command"]],
    ["uvx", ["--from", `git+https://example.org/server@${"0f".repeat(20)}`, "server"]],
    ["deno", ["run", "-A", "jsr:@scope/server@1.2.3/main"]],
  ])("[STDIO-08] %s %j has its version", (command, args) => {
    expect(programPackage(command, args)?.isPinned).toBe(true);
  });

  it.each([
    ["node", ["server.js"]],
    ["npx", ["./local/server"]],
    ["npx", ["-y", "/opt/server"]],
    ["npx", ["-y"]],
    ["npm", ["start"]],
    ["uv", ["run", "server.py"]],
    ["deno", ["run", "server.ts"]],
    ["python", ["-m", "server"]],
  ])("[STDIO-08] %s %j fetches nothing", (command, args) => {
    expect(programPackage(command, args)).toBeNull();
  });
});
