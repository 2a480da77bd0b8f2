import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../config/cli/run-command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patchbay-diff-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function diff(before: string, after: string, ...flags: string[]): Promise<{ code: number; text: string }> {
  const paths = [join(folder, "old.yaml"), join(folder, "new.yaml")];
  await writeFile(paths[0] ?? "", before);
  await writeFile(paths[1] ?? "", after);
  const lines: string[] = [];
  const code = await runCommand(["diff", ...paths, ...flags], { print: (line) => lines.push(line), env: {}, isColoured: false });
  return { code, text: lines.join("\n") };
}

const file = (...servers: string[]) => `version: "1"\nmcpServers:\n${servers.map((server) => `  ${server}\n`).join("")}`;

describe("patchbay diff", () => {
  it("says for every server what a reload would do to it", async () => {
    const before = file(
      "a: {url: https://a.example}",
      "b: {url: https://b.example}",
      "c: {url: https://c.example}",
      "d: {url: https://d.example}",
      "e: {url: https://e.example}",
    );
    const after = file(
      "a: {url: https://a2.example}",
      "b: {url: https://b.example, title: B}",
      "d: {url: https://d.example, timeout: x}",
      "e: {url: https://e.example}",
      "f: {url: https://f.example}",
    );
    const { code, text } = await diff(before, after);
    expect(code).toBe(0);
    expect(text.split("\n")).toEqual([
      "+ f is new",
      "- c goes; its connections are drained and closed",
      "~ a changes; its connections are replaced, new before old",
      "= b is shown or offered differently; no connection is touched",
      "! d has errors; it stays as it was (line 5: `timeout` cannot have this value)",
      "1 unchanged",
    ]);
  });

  it("foresees the question to an admin, in JSON too", async () => {
    const { text } = await diff(
      file("a: {url: https://a.example}", "b: {url: https://b.example}"),
      file("c: {url: https://c.example}"),
      "--json",
    );
    expect(JSON.parse(text)).toMatchObject({ removed: ["a", "b"], added: ["c"], needsConfirmation: true });
  });

  it("says 1 for a file that cannot be read", async () => {
    const { code, text } = await diff(file("a: {url: https://a.example}"), "a: [");
    expect(code).toBe(1);
    expect(text).toContain("new.yaml:1: ");
  });
});
