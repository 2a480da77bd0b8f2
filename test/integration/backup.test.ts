import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { backupCommand, restoreCommand } from "../../api/cli/backup.ts";
import { openChosenStorage, openChosenStores } from "../../api/storage-choice.ts";
import { sealedSample } from "../contract/sealed-sample.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";
import { type Place, place } from "../support/process.ts";

const SLOW_MS = 120_000;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "patchbay-backup-"));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function run(command: typeof backupCommand, file: string, dataFolder: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), isColoured: false };
  const code = await command([file], { ...io, env: { DATA_DIR: dataFolder, CONFIG_PATH: "none.yaml", ...env } });
  return { code, output: lines.join("\n") };
}

/** A data folder in which these people have entered a value. */
async function dataOf(...people: string[]): Promise<string> {
  const dataFolder = folder();
  const { stores } = await openChosenStorage({ mongoUri: undefined, dataFolder, env: {} });
  for (const person of people) await stores.userVars.set(person, "desk", { KEY: sealedSample(person) });
  await stores.close();
  return dataFolder;
}

/** Who has entered a value there, as a start would find it. */
async function peopleIn(dataFolder: string, people = ["ann", "bob", "eve"]): Promise<string[]> {
  const stores = await openChosenStores({ mongoUri: undefined, dataFolder });
  const names = await Promise.all(people.map((person) => stores.userVars.names(person)));
  await stores.close();
  return people.filter((_, nth) => Object.keys(names[nth] ?? {}).length > 0);
}

describe("patchbay backup", () => {
  it("does its work for somebody who stops reading what it says", async () => {
    const here = await kept(place({}));
    const dataFolder = await dataOf("ann");
    const file = join(folder(), "ann.db");
    const program = here.command(["backup", file], { DATA_DIR: dataFolder });
    program.child.stdout?.destroy();
    expect([await program.ended, program.output()]).toEqual([{ code: 0, signal: null }, ""]);
    expect(existsSync(file)).toBe(true);
  });

  it("copies the database of a running house as it is at one moment, for its owner only, without the key", async () => {
    const entry = {
      type: "streamable-http",
      url: "https://desk.example.com/mcp",
      customUserVars: { KEY: { title: "K", description: "" } },
    };
    const house = await kept(startHouse({ desk: entry }));
    const ann = await house.user("ann");
    const save = async (value: string) =>
      (await ann.ask("POST", "/api/user/plugins", { pluginKey: "mcp_desk", action: "install", auth: { KEY: value } })).status;
    await save("secret-of-ann");
    const file = join(folder(), "patchbay.backup");
    const saving = Promise.all(Array.from({ length: 20 }, (_, nth) => save(`secret-${nth}`)));
    const { code, output } = await run(backupCommand, file, house.dataFolder);
    expect(new Set(await saving)).toEqual(new Set([200]));
    expect([code, statSync(file).mode & 0o777]).toEqual([0, 0o600]);
    expect(output).toContain("The key is not in it");
    expect(output).toContain(join(house.dataFolder, "keys"));
    expect(output).toContain(`patchbay restore ${file}`);
    const key = readFileSync(join(house.dataFolder, "keys", "root-1.key"), "utf8").trim();
    const bytes = readFileSync(file);
    for (const secret of [key, "secret-of-ann", Buffer.from(key, "hex")]) expect(bytes.includes(secret)).toBe(false);

    const restored = folder();
    expect((await run(restoreCommand, file, restored)).output).toContain("is not at hand: put it back");
    cpSync(join(house.dataFolder, "keys"), join(restored, "keys"), { recursive: true });
    const { stores, secretBox } = await openChosenStorage({ mongoUri: undefined, dataFolder: restored, env: {} });
    expect((await stores.accounts.list()).map(({ email }) => email)).toContain("ann@example.org");
    const { KEY } = await stores.userVars.get(ann.userId, "desk");
    const context = {
      purpose: "user-var",
      userId: ann.userId,
      server: "desk",
      origin: "https://desk.example.com",
      name: "KEY",
    } as const;
    expect(KEY && secretBox.open(context, KEY)).toMatch(/^secret-/);
    await stores.close();
  });

  it("overwrites nothing, and says what it needs", async () => {
    const dataFolder = await dataOf("ann");
    const file = join(folder(), "kept");
    writeFileSync(file, "something else");
    expect(await run(backupCommand, file, dataFolder)).toMatchObject({
      code: 1,
      output: expect.stringContaining("not overwritten"),
    });
    expect(readFileSync(file, "utf8")).toBe("something else");
    const none = join(folder(), "none");
    expect(await run(backupCommand, file, none)).toMatchObject({ code: 1, output: expect.stringContaining("There is no") });
    expect(existsSync(none)).toBe(false);
    const mongo = await run(backupCommand, `${file}.2`, dataFolder, { MONGO_URI: "mongodb://127.0.0.1:1/x" });
    expect(mongo).toMatchObject({ code: 1, output: expect.stringContaining("mongodump") });
    expect(readdirSync(join(file, ".."))).toEqual(["kept"]);
    const nowhere = await run(backupCommand, join(none, "file"), dataFolder);
    expect(nowhere).toMatchObject({ code: 1, output: `Nothing can be written to ${none} (ENOENT).` });
  });
});

describe("patchbay restore", () => {
  it("puts a backup in the place of what is there, and keeps that", async () => {
    const dataFolder = await dataOf("ann");
    const file = join(folder(), "backup");
    expect((await run(backupCommand, file, dataFolder)).code).toBe(0);
    const stores = await openChosenStores({ mongoUri: undefined, dataFolder });
    await stores.userVars.set("bob", "desk", { KEY: sealedSample("b") });
    expect(await run(restoreCommand, file, dataFolder)).toMatchObject({
      code: 1,
      output: expect.stringContaining("stop Patchbay first"),
    });
    await stores.close();
    const { code, output } = await run(restoreCommand, file, dataFolder);
    expect([code, output]).toEqual([0, expect.stringContaining("The key at hand belongs to it")]);
    expect(await peopleIn(dataFolder)).toEqual(["ann"]);
    expect(statSync(join(dataFolder, "patchbay.db")).mode & 0o777).toBe(0o600);
    const before = /kept as (\S+)\.$/m.exec(output)?.[1] ?? "";
    expect((await run(restoreCommand, before, dataFolder)).code).toBe(0);
    expect(await peopleIn(dataFolder)).toEqual(["ann", "bob"]);
  });

  it("refuses what is no whole backup of ours, and leaves what is there", async () => {
    const dataFolder = await dataOf("ann");
    const bad = folder();
    const made = (name: string, make: (path: string) => void) => {
      make(join(bad, name));
      return join(bad, name);
    };
    const good = join(bad, "good");
    await run(backupCommand, good, dataFolder);
    const databaseWith = (sql: string) => (path: string) => {
      if (sql.startsWith("PRAGMA")) cpSync(good, path);
      const db = new DatabaseSync(path);
      db.exec(sql);
      db.close();
    };
    const files = [
      join(bad, "none"),
      bad,
      made("text", (path) => writeFileSync(path, "no database ".repeat(500))),
      made("empty", (path) => writeFileSync(path, "")),
      made("foreign", databaseWith("CREATE TABLE t (a); PRAGMA user_version = 1")),
      made("newer", databaseWith("PRAGMA user_version = 999")),
      made("cut", (path) => {
        cpSync(good, path);
        truncateSync(path, statSync(path).size - 20_000);
      }),
    ];
    for (const file of files) expect([file, (await run(restoreCommand, file, dataFolder)).code]).toEqual([file, 1]);
    expect(readdirSync(dataFolder).filter((name) => /part|before/.test(name))).toEqual([]);
    expect(await peopleIn(dataFolder)).toEqual(["ann"]);
  });
});

/** Runs the command in a process of its own and kills it once its draft has begun to grow. True when it was killed in the middle. */
async function killedInTheMiddle(here: Place, args: string[], draftIn: string): Promise<boolean> {
  const program = here.command(args);
  while (program.child.exitCode === null) {
    const drafts = readdirSync(draftIn).filter((name) => name.endsWith(".part"));
    if (drafts.some((name) => statSync(join(draftIn, name)).size > 0)) break;
    await setTimeout(1);
  }
  program.child.kill("SIGKILL");
  return (await program.ended).signal === "SIGKILL";
}

describe("a kill in the middle", () => {
  async function filled(): Promise<Place> {
    const here = await kept(place({}));
    const dataFolder = join(here.folder, "data");
    cpSync(await dataOf("ann"), dataFolder, { recursive: true });
    const db = new DatabaseSync(join(dataFolder, "patchbay.db"));
    // Large enough for the copy to take a while.
    db.exec(
      "CREATE TABLE ballast (bytes BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 15) INSERT INTO ballast SELECT randomblob(2000000) FROM n",
    );
    db.close();
    return here;
  }

  it(
    "of a backup leaves no file that looks like one",
    async () => {
      const here = await filled();
      const into = folder();
      const file = join(into, "backup");
      expect(await killedInTheMiddle(here, ["backup", file], into)).toBe(true);
      expect(existsSync(file)).toBe(false);
      for (const name of readdirSync(into))
        expect([name, statSync(join(into, name)).mode & 0o777]).toEqual([expect.stringMatching(/\.part(-journal)?$/), 0o600]);
      expect((await here.run(["backup", file])).code).toBe(0);
      expect(await peopleIn(join(here.folder, "data"))).toEqual(["ann"]);
    },
    SLOW_MS,
  );

  it(
    "of a restore leaves the old database or the new one",
    async () => {
      const here = await filled();
      const dataFolder = join(here.folder, "data");
      const file = join(folder(), "backup");
      await run(backupCommand, file, dataFolder);
      const stores = await openChosenStores({ mongoUri: undefined, dataFolder });
      await stores.userVars.set("bob", "desk", { KEY: sealedSample("b") });
      await stores.close();
      expect(await killedInTheMiddle(here, ["restore", file], dataFolder)).toBe(true);
      expect(await peopleIn(dataFolder)).toEqual(["ann", "bob"]);
      expect((await here.run(["restore", file])).code).toBe(0);
      expect(await peopleIn(dataFolder)).toEqual(["ann"]);
    },
    SLOW_MS,
  );
});
