import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keysCommand } from "../../api/cli/keys.ts";
import { openChosenStorage, openChosenStores } from "../../api/storage-choice.ts";
import { sealedSample } from "../contract/sealed-sample.ts";
import { kept } from "../support/clean-up.ts";
import { inDatabase, startMongo } from "../support/mongo-server.ts";
import { type Place, type Program, place } from "../support/process.ts";

const keysOf = (here: Place) => join(dataOf(here), "keys");
const firstKey = (here: Place) => join(keysOf(here), "root-1.key");

/** Starting a program takes seconds on a busy machine. */
const SLOW_MS = 120_000;
const ANY_KEY = "0123456789abcdef".repeat(4);

const dataOf = (here: Place) => join(here.folder, "data");

/** Opens and closes the storage there as a start does, in this process. */
async function opened(here: Place, env: Record<string, string> = {}): Promise<void> {
  const { stores } = await openChosenStorage({ mongoUri: undefined, dataFolder: dataOf(here), env });
  await stores.close();
}

/** A place whose storage was opened before. */
async function used(): Promise<Place> {
  const here = await kept(place({}));
  await opened(here);
  return here;
}

/** `patchbay keys …` in this process, because it is the same there and starts sooner. */
async function keys(here: Place, args: readonly string[], env: Record<string, string> = {}) {
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), isColoured: false };
  const code = await keysCommand(args, { ...io, env: { DATA_DIR: dataOf(here), CONFIG_PATH: "none.yaml", ...env } });
  return { code, output: lines.join("\n") };
}

/** What a start says that is refused. */
async function refusal(program: Program): Promise<string> {
  expect((await program.ended).code).toBe(1);
  expect(program.output()).not.toMatch(/ready at/);
  return program.output();
}

describe("a key file", () => {
  it(
    "[SEC-10] is made for its owner alone",
    async () => {
      const here = await kept(place({}));
      await here.start().said(/ready at/);
      expect(statSync(keysOf(here)).mode & 0o777).toBe(0o700);
      expect(statSync(firstKey(here)).mode & 0o777).toBe(0o600);
      expect(readdirSync(keysOf(here))).toEqual(["root-1.key"]);
    },
    SLOW_MS,
  );

  it(
    "[SEC-10] that others may read, or that is a link, stops the start",
    async () => {
      const here = await used();
      chmodSync(firstKey(here), 0o644);
      expect(await refusal(here.start())).toMatch(/KEY_FILE_EXPOSED[\s\S]*can be read by other users/);
      chmodSync(firstKey(here), 0o600);
      renameSync(firstKey(here), join(here.folder, "elsewhere.key"));
      symlinkSync(join(here.folder, "elsewhere.key"), firstKey(here));
      expect(await refusal(here.start())).toMatch(/KEY_FILE_EXPOSED[\s\S]*is a symbolic link/);
    },
    SLOW_MS,
  );
});

describe("a lost key", () => {
  it(
    "[SEC-11] stops the start, and none is made in its place; beginning anew has a command of its own",
    async () => {
      const here = await used();
      const choice = { mongoUri: undefined, dataFolder: dataOf(here) };
      const stores = await openChosenStores(choice);
      await stores.userVars.set("ann", "desk", { KEY: sealedSample("a"), OTHER: sealedSample("b") });
      await stores.close();
      const path = firstKey(here);
      renameSync(path, `${path}.away`);
      const said = await refusal(here.start());
      expect(said).toMatch(/KEY_LOST/);
      expect(said).toContain("patchbay keys reset");
      expect(existsSync(path)).toBe(false);
      // Another key is no way around it.
      await expect(opened(here, { CREDS_KEY: ANY_KEY })).rejects.toMatchObject({ code: "KEY_MISMATCH" });

      const asked = await keys(here, ["reset"]);
      expect([asked.code, asked.output]).toEqual([1, expect.stringContaining("2 values would be forgotten")]);
      await expect(opened(here)).rejects.toMatchObject({ code: "KEY_LOST" });
      expect(await keys(here, ["reset", "--yes"])).toMatchObject({
        code: 0,
        output: expect.stringContaining("2 values forgotten"),
      });
      await here.start().said(/ready at/);
      expect(existsSync(path)).toBe(true);
      const after = await openChosenStores(choice);
      expect(await Array.fromAsync(after.sealedValues.all())).toEqual([]);
      await after.close();
    },
    SLOW_MS,
  );

  it("is told in the log of a process that still has it", async () => {
    const here = await used();
    const running = here.start();
    await running.said(/"listening"/);
    renameSync(firstKey(here), `${firstKey(here)}.away`);
    await running.said(/the keys could not be looked at; those at hand stay in use/);
    expect(running.output()).toContain(`is not at ${firstKey(here)} any more`);
    renameSync(`${firstKey(here)}.away`, firstKey(here));
    running.child.kill("SIGTERM");
    expect(await running.ended).toEqual({ code: 0, signal: null });
    await opened(here);
  }, 30_000);

  it("is not given up while it is there", async () => {
    const here = await used();
    for (const args of [["reset"], ["reset", "--yes"]]) {
      const { code, output } = await keys(here, args);
      expect([code, output]).toEqual([1, expect.stringContaining("nothing is lost")]);
    }
  });
});

describe("two instances that start at once over one empty database", () => {
  it(
    "[SEC-12] agree on one key: the other is refused, unless both were given the same",
    async () => {
      const server = await startMongo();
      await kept({ close: () => server.stop() });
      const here = await kept(place({}));
      const start = (database: string, name: string, env: Record<string, string> = {}) =>
        here.start({ MONGO_URI: inDatabase(server.uri, database), DATA_DIR: join(here.folder, name), ...env });
      const outcome = async (program: Program) => {
        const isUp = await Promise.race([program.said(/ready at/).then(() => true), program.ended.then(() => false)]);
        return isUp ? "runs" : (/KEY_\w+/.exec(program.output())?.[0] ?? program.output());
      };
      const apart = [start("apart", "one"), start("apart", "two")];
      const outcomes = await Promise.all(apart.map(outcome));
      // The second one may find the first one's proof before or after it has made a key of its own.
      expect(outcomes.sort()).toEqual([expect.stringMatching(/^KEY_(MISMATCH|LOST)$/), "runs"]);
      expect(apart.map((program) => program.output()).join()).toContain("Several instances need the same keys");

      const CREDS_KEY = ANY_KEY;
      const together = [start("together", "three", { CREDS_KEY }), start("together", "four", { CREDS_KEY })];
      expect(await Promise.all(together.map(outcome))).toEqual(["runs", "runs"]);
      await Promise.all(
        [...apart, ...together].map((program) => {
          program.child.kill("SIGKILL");
          return program.ended;
        }),
      );
    },
    SLOW_MS,
  );
});

describe("patchbay keys", () => {
  it("lists, adds and retires, and refuses what would lose values", async () => {
    const here = await used();
    const run = async (...args: string[]) => {
      const { code, output } = await keys(here, args);
      return { code, lines: output.trim().split("\n") };
    };
    const first = (await run("list")).lines[0] ?? "";
    expect(first).toMatch(/^[0-9a-f]{16} {2}0 values {2}seals new values {2}\S+root-1\.key$/);
    const kid = first.slice(0, 16);
    expect((await run("retire", kid)).lines[0]).toContain("seals new values. Add another one first");
    expect((await run("add")).code).toBe(0);
    const [second = "", old] = (await run("list")).lines;
    expect(second).toContain("will seal once Patchbay runs");
    expect(old).toContain("opens older values");
    expect(await run("retire", kid)).toMatchObject({ code: 1, lines: [expect.stringContaining("has not sealed with")] });
    await opened(here);
    expect((await run("retire", kid)).code).toBe(0);
    expect(readdirSync(keysOf(here)).sort()).toEqual(["root-1.key.retired", "root-2.key"]);
    await opened(here);
    rmSync(join(keysOf(here), "root-2.key"));
    const { code, lines } = await run("list");
    expect([code, lines]).toEqual([1, ["There is no key at hand.", expect.stringContaining("NOT AT HAND")]]);
    for (const args of [["add"], ["retire", kid]]) expect((await run(...args)).code).toBe(1);
    expect((await run()).code).toBe(2);
    expect((await run("retire")).code).toBe(2);
  });

  it("says how it is done where the operator hands the keys over", async () => {
    const here = await kept(place({}));
    const { code, output } = await keys(here, ["add"], { CREDS_KEY: ANY_KEY });
    expect([code, output]).toEqual([1, expect.stringContaining("openssl rand -hex 32")]);
    expect(existsSync(keysOf(here))).toBe(false);
  });
});
