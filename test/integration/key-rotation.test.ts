import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openChosenStorage } from "../../api/storage-choice.ts";
import { sealedUserVars } from "../../api/user-vars/sealed-user-vars.ts";
import { loadConfig } from "../../config/load-config.ts";
import { kept } from "../support/clean-up.ts";
import { configText } from "../support/house.ts";
import { place } from "../support/process.ts";

const PEOPLE = 50;
const NAMES = Array.from({ length: 20 }, (_, nth) => `VAR_${nth}`);
const SERVERS = {
  desk: {
    type: "streamable-http",
    url: "https://desk.example.com/mcp",
    startup: false,
    customUserVars: Object.fromEntries(NAMES.map((name) => [name, { title: name, description: "" }])),
  },
};
const desk = loadConfig(configText(SERVERS), "test.yaml").config.servers.get("desk");

const secretOf = (person: number, name: string) => `secret-${person}-${name}`;

/** The values as the product opens them, with the keys it finds in this folder. */
async function opened<T>(dataFolder: string, work: (storage: Awaited<ReturnType<typeof openChosenStorage>>) => Promise<T>) {
  const storage = await openChosenStorage({ mongoUri: undefined, dataFolder, env: {} });
  try {
    return await work(storage);
  } finally {
    await storage.stores.close();
  }
}

const fill = (dataFolder: string) =>
  opened(dataFolder, async ({ stores, secretBox }) => {
    const vars = sealedUserVars({ store: stores.userVars, box: secretBox });
    for (let person = 0; person < PEOPLE; person += 1) {
      const values = Object.fromEntries(NAMES.map((name) => [name, secretOf(person, name)]));
      if (desk !== undefined) await vars.save(`person-${person}`, desk, values);
    }
  });

/** How many of the 1,000 values open and are what was entered. */
const rightOnes = (dataFolder: string) =>
  opened(dataFolder, async ({ stores, secretBox }) => {
    const vars = sealedUserVars({ store: stores.userVars, box: secretBox });
    let right = 0;
    for (let person = 0; person < PEOPLE; person += 1) {
      const values = desk === undefined ? {} : await vars.values(`person-${person}`, desk);
      right += Object.entries(values).filter(([name, value]) => value === secretOf(person, name)).length;
    }
    return right;
  });

const countsByKey = (dataFolder: string) =>
  opened(dataFolder, async ({ stores }) => {
    const rows = await Array.fromAsync(stores.sealedValues.all());
    return Object.entries(Object.groupBy(rows, ({ sealed }) => sealed.kid)).map(([kid, of = []]) => ({ kid, count: of.length }));
  });

async function rotateUntilKilled(dataFolder: string, afterMs: number): Promise<void> {
  const script = fileURLToPath(new URL("../support/rotate-until-killed.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataFolder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await setTimeout(afterMs);
  child.kill("SIGKILL");
  await once(child, "close");
}

describe("the rotation of keys", () => {
  it("[SEC-19] loses none of 1,000 values over 20 kills at random points, and the old key can be removed", async () => {
    const here = await kept(place(SERVERS));
    const dataFolder = join(here.folder, "data");
    await fill(dataFolder);
    const [old] = await countsByKey(dataFolder);
    expect((await here.run(["keys", "add"])).code).toBe(0);
    const seenUnderway: number[] = [];
    for (let nth = 0; nth < 20; nth += 1) {
      await rotateUntilKilled(dataFolder, Math.random() * 60);
      seenUnderway.push((await countsByKey(dataFolder)).length);
      expect(await rightOnes(dataFolder)).toBe(1_000);
    }
    // Killed in the middle at least once, or this test shows nothing.
    expect(seenUnderway).toContain(2);
    const house = here.start();
    await house.said(/listening/);
    await expect
      .poll(() => countsByKey(dataFolder), { timeout: 20_000 })
      .toEqual([{ kid: expect.not.stringMatching(`^${old?.kid}$`), count: 1_000 }]);
    const retired = await here.run(["keys", "retire", old?.kid ?? ""]);
    expect(retired).toMatchObject({ code: 0, output: expect.stringContaining("is retired") });
    expect(existsSync(join(dataFolder, "keys", "root-1.key"))).toBe(false);
    rmSync(join(dataFolder, "keys", "root-1.key.retired"));
    house.child.kill("SIGTERM");
    expect((await house.ended).code).toBe(0);
    expect(await rightOnes(dataFolder)).toBe(1_000);
  }, 240_000);
});
