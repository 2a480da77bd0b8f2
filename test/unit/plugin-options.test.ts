import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createPatchbay, type PatchbayOptions } from "../../api/embed.mjs";
import { checkOptions } from "../../api/plugin-options.ts";
import { StartRefused } from "../../api/storage/start-refused.ts";
import { keptLog } from "../support/kept-log.ts";

const page = mkdtempSync(join(tmpdir(), "patchbay-page-"));
writeFileSync(join(page, "index.html"), "");
afterAll(() => rmSync(page, { recursive: true }));

const RIGHT: PatchbayOptions = { configPath: "librechat.yaml", dataFolder: "data", identify: () => null };

function refusalOf(options: object): string {
  try {
    checkOptions(options as PatchbayOptions);
  } catch (error) {
    expect(error).toMatchObject({ name: "StartRefused", code: "OPTION_REFUSED" });
    return `${(error as StartRefused).message} ${(error as StartRefused).next}`;
  }
  throw new Error(`it was taken: ${JSON.stringify(options)}`);
}

it("takes what a host needs, and every option", () => {
  checkOptions(RIGHT);
  const { logger } = keptLog();
  const publicUrl = "https://chat.example.org/";
  checkOptions({ ...RIGHT, mongoUri: "mongodb://db", env: {}, publicUrl, clientDir: page, logger });
  checkOptions({ ...RIGHT, mongoUri: undefined, publicUrl: undefined, clientDir: null, logger: undefined });
});

it("names the option that cannot be used, what was expected, and never a database's address", () => {
  expect(refusalOf(undefined as unknown as object)).toContain("an object of options");
  for (const name of ["configPath", "dataFolder", "identify"] as const) {
    expect(refusalOf({ ...RIGHT, [name]: undefined })).toMatch(new RegExp(`option ${name} of createPatchbay is missing`));
    expect(refusalOf({ ...RIGHT, [name]: 5 })).toContain("cannot be this number");
  }
  expect(refusalOf({ ...RIGHT, identify: "x" })).toContain("a function that says who is asking");
  for (const publicUrl of ["chat.example.org", "", "localhost:3000", "https://"])
    expect(refusalOf({ ...RIGHT, publicUrl })).toContain(`publicUrl of createPatchbay cannot be "${publicUrl}"`);
  expect(refusalOf({ ...RIGHT, clientDir: "/nowhere" })).toMatch(/clientDir .*"\/nowhere".*npm run build/);
  expect(refusalOf({ ...RIGHT, logger: {} })).toContain("debug, info, warn, error, child");
  expect(refusalOf({ ...RIGHT, logger: console })).toContain("child");
  expect(refusalOf({ ...RIGHT, mongoUri: "" })).toContain("mongoUri");
  expect(refusalOf({ ...RIGHT, publicURL: "https://x" })).toBe("createPatchbay has no option publicURL. Write publicUrl.");
  expect(refusalOf({ ...RIGHT, socket: 1 })).toContain("there are configPath, dataFolder");
});

it("is refused before anything is opened", async () => {
  const dataFolder = join(page, "data");
  await expect(createPatchbay({ ...RIGHT, dataFolder, publicUrl: "chat.example.org" })).rejects.toBeInstanceOf(StartRefused);
  expect(existsSync(dataFolder)).toBe(false);
});
