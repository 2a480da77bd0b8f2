import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { SealContext } from "../../../api/ports/secret-box.ts";
import { openKeyRing } from "../../../api/storage/key-ring.ts";
import { keyRotation } from "../../../api/storage/key-rotation.ts";
import { type KeySource, keySource } from "../../../api/storage/key-source.ts";
import { resealAll } from "../../../api/storage/reseal.ts";
import { createSecretBox } from "../../../api/storage/secret-box.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { kept } from "../../support/clean-up.ts";
import { keptLog } from "../../support/kept-log.ts";
import { movedClock } from "../../support/moved-clock.ts";

const hex = () => randomBytes(32).toString("hex");
const contextOf = (name: string): SealContext => ({ purpose: "user-var", userId: "ann", server: "desk", origin: "", name });

/** A vault whose keys the test exchanges while it is open. */
async function vault() {
  const stores = await kept(openSqliteStores(":memory:"));
  const given = { keys: hex() };
  const source: KeySource = { folder: null, read: () => keySource({ CREDS_KEY: given.keys }, "").read() };
  const keys = await openKeyRing(source, stores.keyChecks);
  const box = createSecretBox(keys.current);
  const save = (name: string, plain: string) => stores.userVars.set("ann", "desk", { [name]: box.seal(contextOf(name), plain) });
  const read = async (name: string) => {
    const sealed = (await stores.userVars.get("ann", "desk"))[name];
    return sealed === undefined ? undefined : { kid: sealed.kid, plain: box.open(contextOf(name), sealed) };
  };
  return { stores, given, keys, box, save, read };
}

it("takes up a key that is added while the house runs, and seals older values anew", async () => {
  const { stores, given, keys, box, save, read } = await vault();
  const clock = movedClock();
  const { logger, lines } = keptLog();
  await save("KEY", "one");
  const [old] = keys.current();
  await kept(keyRotation({ keys, values: stores.sealedValues, box, clock, logger }));
  given.keys = `${hex()},${given.keys}`;
  await clock.advance(5_000);
  await expect.poll(() => keys.current()[0].kid).not.toBe(old.kid);
  await expect.poll(() => read("KEY")).toEqual({ kid: keys.current()[0].kid, plain: "one" });
  expect(lines().filter(({ audit }) => audit === "key_added")).toHaveLength(1);
});

it("keeps the keys at hand when the new ones cannot be used, and says so once", async () => {
  const { stores, given, keys, box, save, read } = await vault();
  const clock = movedClock();
  const { logger, lines } = keptLog();
  await save("KEY", "one");
  await kept(keyRotation({ keys, values: stores.sealedValues, box, clock, logger }));
  given.keys = hex();
  const faults = () => lines().filter(({ msg }) => String(msg).includes("could not be looked at"));
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(5_000);
    await expect.poll(() => clock.pending()).toBe(1);
  }
  expect(faults()).toHaveLength(1);
  expect(await read("KEY")).toMatchObject({ plain: "one" });
});

it("leaves a value that somebody changes meanwhile as they left it", async () => {
  const { stores, given, keys, box, save, read } = await vault();
  const names = Array.from({ length: 40 }, (_, nth) => `VAR_${nth}`);
  for (const name of names) await save(name, "older");
  given.keys = `${hex()},${given.keys}`;
  await keys.refresh();
  const { kid } = keys.current()[0];
  const running = resealAll({ values: stores.sealedValues, box, kid });
  for (const name of names) {
    await save(name, "newer");
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { resealed, unreadable } = await running;
  expect(resealed).toBeLessThan(40);
  expect(unreadable).toBe(0);
  for (const name of names) expect(await read(name)).toEqual({ kid, plain: "newer" });
});

it("leaves what it cannot open alone, and counts it", async () => {
  const { stores, given, keys, box, save } = await vault();
  await save("A", "one");
  await save("B", "two");
  const { A } = await stores.userVars.get("ann", "desk");
  const changed = A && { ...A, tag: `${A.tag.startsWith("A") ? "B" : "A"}${A.tag.slice(1)}` };
  await stores.userVars.set("ann", "desk", { A: changed ?? null });
  given.keys = `${hex()},${given.keys}`;
  await keys.refresh();
  const { kid } = keys.current()[0];
  expect(await resealAll({ values: stores.sealedValues, box, kid })).toEqual({ resealed: 1, unreadable: 1 });
  expect((await stores.userVars.get("ann", "desk")).A).toEqual(changed);
});
