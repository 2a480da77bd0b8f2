import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../config/cli/run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patchbay-check-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await runCommand(args, { print: (line) => lines.push(line), env: {}, isColoured: false });
  return { code, text: lines.join("\n") };
}

async function file(text: string, name = "librechat.yaml"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("patchbay check", () => {
  it("says 0 for a file without errors, warnings or not", async () => {
    const path = await file('version: "1"\ncache: true\nmcpServers:\n  a: {url: https://a.example}\n');
    const { code, text } = await run("check", path);
    expect(code).toBe(0);
    expect(text).toContain("1 server usable, 0 errors, 1 warning");
  });

  it("shows the line with a mark below what is wrong, and what to write instead", async () => {
    const path = await file('version: "1"\nmcpServers:\n  a:\n    url: https://a.example\n    startup: no\n');
    const { code, text } = await run("check", path);
    expect(code).toBe(1);
    expect(text).toContain(`${path}:5:14: error: `);
    expect(text).toContain("    5 |     startup: no\n      |              ^^\n  expected: true or false\n");
    expect(text).toContain("help:     write `startup: false`");
  });

  it("gives programs the same as JSON", async () => {
    const { code, text } = await run("check", await file("version: 1\nmcpServers: {}\n"), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      errors: 1,
      warnings: 0,
      problems: [{ code: "value-type", path: "/version", line: 1, column: 10 }],
    });
  });

  it("says 2 for wrong usage", async () => {
    for (const args of [[], ["check"], ["check", "a", "b"], ["nope", "a"], ["check", "a", "--nope"], ["toString", "a"]])
      expect((await run(...args)).code).toBe(2);
    expect((await run("chekc", "a")).text).toContain('there is no command "chekc"');
    expect((await run("--help")).code).toBe(0);
  });

  it("CFG-17: reads regular files and nothing else, and never hangs on a pipe", async () => {
    await promisify(execFile)("mkfifo", [join(folder, "pipe")]);
    for (const name of ["pipe", ".", "absent"]) {
      const { code, text } = await run("check", join(folder, name));
      expect(code).toBe(1);
      expect(text).toContain("[file-unreadable]");
    }
  });

  it("CFG-18: warns loudly when everybody can write the file", async () => {
    const path = await file('version: "1"\n');
    await chmod(path, 0o666);
    const { code, text } = await run("check", path);
    expect(code).toBe(0);
    expect(text).toContain(`chmod o-w ${path}`);
  });

  it("CFG-18: warns when everybody can put another file in its place, behind a link as well", async () => {
    const path = await file('version: "1"\n');
    await mkdir(join(folder, "links"));
    const link = join(folder, "links", "librechat.yaml");
    await symlink(path, link);
    await chmod(folder, 0o777);
    for (const each of [path, link]) expect((await run("check", each)).text).toContain(`chmod o-w ${await realpath(folder)}`);
    // As /tmp is: nobody replaces what is another's.
    await chmod(folder, 0o1777);
    expect((await run("check", path)).text).not.toContain("chmod");
  });
});
