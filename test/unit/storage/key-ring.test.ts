import { randomBytes } from "node:crypto";
import {
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Stores } from "../../../api/ports/stores.ts";
import { howExposed } from "../../../api/storage/key-file.ts";
import { openKeyRing } from "../../../api/storage/key-ring.ts";
import { keySource } from "../../../api/storage/key-source.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";

const KEY = randomBytes(32).toString("hex");

let folder: string;
let stores: Stores;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-key-"));
  stores = openSqliteStores(":memory:");
});
afterEach(async () => {
  await stores.close();
  rmSync(folder, { recursive: true });
});

async function openKey(env: { CREDS_KEY?: string; CREDS_KEY_FILE?: string } = {}) {
  const ring = await openKeyRing(keySource(env, folder), stores.keyChecks);
  const [root, ...older] = ring.current();
  return { root, older, source: root.where, generated: ring.generated, ring };
}

const generatedPath = () => join(folder, "keys", "root-1.key");

function keyFile(text: string, mode = 0o600): string {
  const path = join(folder, "creds.key");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("where the key comes from", () => {
  it("is the file that CREDS_KEY_FILE names, before CREDS_KEY, before a generated one", async () => {
    const opened = await openKey({ CREDS_KEY_FILE: keyFile(`${KEY}\n`), CREDS_KEY: randomBytes(32).toString("hex") });
    expect(opened.root.key.toString("hex")).toBe(KEY);
    expect(opened.source).toContain("CREDS_KEY_FILE");
    expect(existsSync(generatedPath())).toBe(false);
  });

  it("is CREDS_KEY, whatever the case of its digits", async () => {
    const { root, generated } = await openKey({ CREDS_KEY: KEY.toUpperCase() });
    expect(root.key.toString("hex")).toBe(KEY);
    expect(generated).toBe(false);
  });

  it("is generated once, in a file and folder for the owner only", async () => {
    const first = await openKey();
    expect(first.generated).toBe(true);
    expect(statSync(generatedPath()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "keys")).mode & 0o777).toBe(0o700);
    expect(readFileSync(generatedPath(), "utf8").trim()).toBe(first.root.key.toString("hex"));
    const second = await openKey();
    expect(second).toMatchObject({ generated: false, root: first.root });
  });

  it("is one file when two processes generate at once", async () => {
    const opened = await Promise.all([openKey(), openKey(), openKey()]);
    expect(new Set(opened.map(({ root }) => root.kid)).size).toBe(1);
    expect(opened.filter(({ generated }) => generated)).toHaveLength(1);
  });
});

describe("a key is refused", () => {
  it.each([
    ["too short", KEY.slice(2)],
    ["too long", `${KEY}00`],
    ["not hex", `${KEY.slice(0, 62)}zz`],
    ["there twice", `${KEY}\n${KEY}`],
    ["followed by something else", `${KEY}\nkey`],
    ["empty", " \n"],
  ])("when it is %s", async (_, text) => {
    await expect(openKey({ CREDS_KEY: text })).rejects.toMatchObject({ name: "StartRefused", code: "KEY_MALFORMED" });
    await expect(openKey({ CREDS_KEY_FILE: keyFile(text) })).rejects.toMatchObject({ code: "KEY_MALFORMED" });
  });

  it.each([
    ["published by LibreChat", "f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0"],
    ["all zero", "0".repeat(64)],
    ["one byte over and over", "ab".repeat(32)],
  ])("when it is %s", async (_, text) => {
    await expect(openKey({ CREDS_KEY: text })).rejects.toMatchObject({ code: "KEY_WELL_KNOWN" });
  });

  it.each([0o640, 0o604, 0o644, 0o620])("when its file has the mode %o", async (mode) => {
    await expect(openKey({ CREDS_KEY_FILE: keyFile(KEY, mode) })).rejects.toMatchObject({ code: "KEY_FILE_EXPOSED" });
  });

  it.each([
    ["0600 of its own", 0o600, 1_000, null],
    ["0440 of root, read by way of a group or an ACL", 0o440, 0, null],
    ["0640 of root", 0o640, 0, null],
    ["0660 of root, which others may exchange", 0o660, 0, "can be read by other users"],
    ["0444 of root", 0o444, 0, "can be read by other users"],
    ["0440 of its own", 0o440, 1_000, "can be read by other users"],
    ["0400 of somebody else", 0o400, 1_001, "belongs to another user"],
  ])("[SEC-10] or taken as it is handed over to an ordinary user: %s", (_, mode, uid, how) => {
    expect(howExposed({ mode: constants.S_IFREG | mode, uid }, 1_000)).toBe(how);
  });

  it("when its file is a symbolic link or a folder", async () => {
    const link = join(folder, "link.key");
    symlinkSync(keyFile(KEY), link);
    await expect(openKey({ CREDS_KEY_FILE: link })).rejects.toMatchObject({ code: "KEY_FILE_EXPOSED" });
    mkdirSync(join(folder, "folder.key"), { mode: 0o700 });
    await expect(openKey({ CREDS_KEY_FILE: join(folder, "folder.key") })).rejects.toMatchObject({ code: "KEY_FILE_EXPOSED" });
  });

  it("when the generated file was opened to others since", async () => {
    await openKey();
    chmodSync(generatedPath(), 0o644);
    await expect(openKey()).rejects.toMatchObject({ code: "KEY_FILE_EXPOSED" });
  });

  it("when CREDS_KEY_FILE names no file: nothing is generated instead", async () => {
    await expect(openKey({ CREDS_KEY_FILE: join(folder, "none") })).rejects.toMatchObject({ code: "KEY_FILE_UNREADABLE" });
    expect(existsSync(generatedPath())).toBe(false);
  });

  it("without ever showing it", async () => {
    const refusals = await Promise.all(
      [`${KEY}00`, "ab".repeat(32)].map((text) => openKey({ CREDS_KEY: text }).catch((error: Error & { next: string }) => error)),
    );
    for (const refusal of refusals) {
      const said = JSON.stringify(refusal) + String(refusal);
      expect(said).not.toContain(KEY);
      expect(said).not.toContain("abab");
    }
  });
});

describe("data that was sealed with another key", () => {
  it("stops the start", async () => {
    await openKey({ CREDS_KEY: KEY });
    await expect(openKey({ CREDS_KEY: randomBytes(32).toString("hex") })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    expect((await openKey({ CREDS_KEY: KEY })).root.key.toString("hex")).toBe(KEY);
  });

  it("stops the start when the key file is gone, and no new key is made", async () => {
    await openKey();
    rmSync(generatedPath());
    await expect(openKey()).rejects.toMatchObject({ code: "KEY_LOST" });
    expect(existsSync(generatedPath())).toBe(false);
  });

  it("lets one of two instances on one empty database win", async () => {
    const started = await Promise.allSettled([KEY, randomBytes(32).toString("hex")].map((key) => openKey({ CREDS_KEY: key })));
    expect(started.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("several keys", () => {
  const NEXT = randomBytes(32).toString("hex");
  const THIRD = randomBytes(32).toString("hex");

  it.each([`${NEXT},${KEY}`, `${NEXT}\n${KEY}\n`, ` ${NEXT} , ${KEY}`])(
    "stand in CREDS_KEY or a file, the newest first",
    async (text) => {
      await openKey({ CREDS_KEY: KEY });
      for (const env of [{ CREDS_KEY: text }, { CREDS_KEY_FILE: keyFile(text) }]) {
        const { root, older } = await openKey(env);
        expect([root, ...older].map(({ key }) => key.toString("hex"))).toEqual([NEXT, KEY]);
      }
    },
  );

  it("are all needed once they were used", async () => {
    await openKey({ CREDS_KEY: KEY });
    await openKey({ CREDS_KEY: `${NEXT},${KEY}` });
    for (const text of [KEY, NEXT, `${KEY},${THIRD}`])
      await expect(openKey({ CREDS_KEY: text })).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    expect((await openKey({ CREDS_KEY: `${KEY},${NEXT}` })).root.key.toString("hex")).toBe(KEY);
  });

  it("are not needed because they were at hand once: only what seals is remembered", async () => {
    await openKey({ CREDS_KEY: `${KEY},${NEXT}` });
    expect((await openKey({ CREDS_KEY: KEY })).older).toEqual([]);
  });

  it("are files in the data folder, of which the one with the highest number seals", async () => {
    const first = await openKey();
    for (const number of [2, 10])
      writeFileSync(join(folder, "keys", `root-${number}.key`), randomBytes(32).toString("hex"), { mode: 0o600 });
    writeFileSync(join(folder, "keys", "root-11.key.retired"), "not looked at");
    const { root, older, generated } = await openKey();
    expect([root.where, ...older.map(({ where }) => where)].map((where) => where.split("/").at(-1))).toEqual([
      "root-10.key",
      "root-2.key",
      "root-1.key",
    ]);
    expect([older[1]?.kid, generated]).toEqual([first.root.kid, false]);
    rmSync(join(folder, "keys", "root-10.key"));
    await expect(openKey()).rejects.toMatchObject({ code: "KEY_MISMATCH" });
  });

  it("are looked for again, and stay as they are when they cannot be had", async () => {
    const { ring, root } = await openKey();
    expect(await ring.refresh()).toBe(false);
    const path = join(folder, "keys", "root-2.key");
    writeFileSync(path, NEXT, { mode: 0o644 });
    await expect(ring.refresh()).rejects.toMatchObject({ code: "KEY_FILE_EXPOSED" });
    expect(ring.current()[0].kid).toBe(root.kid);
    chmodSync(path, 0o600);
    expect(await ring.refresh()).toBe(true);
    expect(ring.current().map(({ key }) => key.toString("hex"))).toEqual([NEXT, root.key.toString("hex")]);
    rmSync(generatedPath());
    await expect(ring.refresh()).rejects.toMatchObject({ code: "KEY_MISMATCH" });
    expect(ring.current()).toHaveLength(2);
  });
});
