import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withSecretFiles } from "../../api/secret-files.ts";
import { SettingRefused } from "../../api/settings.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

it("reads secrets from the files that the environment names, without the line end that editors add", () => {
  const env = withSecretFiles({
    MONGO_URI_FILE: file("uri", "mongodb://a:b@db/patchbay\n"),
    METRICS_TOKEN_FILE: file("token", "0123456789abcdef"),
    PORT: "3080",
  });
  expect(env).toMatchObject({ MONGO_URI: "mongodb://a:b@db/patchbay", METRICS_TOKEN: "0123456789abcdef", PORT: "3080" });
});

it("leaves an environment without such files as it is", () => {
  expect(withSecretFiles({ MONGO_URI: "mongodb://db", MONGO_URI_FILE: "" })).toEqual({
    MONGO_URI: "mongodb://db",
    MONGO_URI_FILE: "",
  });
});

it("says which setting is wrong, and never what the file holds", () => {
  const refused = (env: Record<string, string>) => {
    try {
      withSecretFiles(env);
    } catch (error) {
      expect(error).toBeInstanceOf(SettingRefused);
      return String(error);
    }
    throw new Error("it was taken");
  };
  mkdirSync(join(folder, "directory"));
  const both = { METRICS_TOKEN: "x".repeat(16), METRICS_TOKEN_FILE: file("both", "0123456789abcdef") };
  expect(refused(both)).toContain("either METRICS_TOKEN or METRICS_TOKEN_FILE");
  expect(refused({ MONGO_URI_FILE: join(folder, "none") })).toMatch(/MONGO_URI_FILE names .*none.*ENOENT/);
  expect(refused({ MONGO_URI_FILE: join(folder, "directory") })).toContain("not a regular file");
  expect(refused({ MONGO_URI_FILE: file("empty", "\n") })).toContain("empty");
  const large = refused({ MONGO_URI_FILE: file("large", "sesame".repeat(2_000)) });
  expect(large).toContain("larger than 8192 bytes");
  expect(large).not.toContain("sesame");
});
