import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SealedValue } from "../../../api/ports/sealed-value.ts";
import type { SealContext } from "../../../api/ports/secret-box.ts";
import { createSecretBox, type KeyRing } from "../../../api/storage/secret-box.ts";

const context: SealContext = {
  purpose: "user-var",
  userId: "ann",
  server: "github",
  origin: "https://mcp.example.com",
  name: "TOKEN",
};
const root = { kid: "0011223344556677", key: randomBytes(32) };
const box = createSecretBox(() => [root]);

/** Every value that differs from this base64url text in one bit. */
function bitFlips(text: string): string[] {
  const bytes = Buffer.from(text, "base64url");
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return copy.toString("base64url");
  });
}

describe("a sealed value", () => {
  it.each(["ghp_secret", "", "  spaces ", "ключ 🔑", "x".repeat(8_192)])("opens where it was sealed: %j", (plain) => {
    expect(box.open(context, box.seal(context, plain))).toBe(plain);
  });

  it("[SEC-07] shows nothing of the plain text, and no two of 50,000 are equal", () => {
    const sealed = Array.from({ length: 50_000 }, () => box.seal(context, "same-secret"));
    expect(new Set(sealed.map(({ nonce }) => nonce)).size).toBe(50_000);
    expect(new Set(sealed.map(({ ciphertext }) => ciphertext)).size).toBe(50_000);
    expect(Buffer.from(sealed[0]?.ciphertext ?? "", "base64url").toString()).not.toContain("secret");
  });

  it("[SEC-07] is not made when there are no random bytes, or too few", () => {
    const fails = createSecretBox(
      () => [root],
      () => {
        throw new Error("no entropy");
      },
    );
    expect(() => fails.seal(context, "ghp_secret")).toThrow("no entropy");
    const short = createSecretBox(
      () => [root],
      (bytes) => randomBytes(bytes - 1),
    );
    expect(() => short.seal(context, "ghp_secret")).toThrow();
  });

  it.each([
    ["another user", { userId: "bob" }],
    ["another server", { server: "gitlab" }],
    ["another origin", { origin: "https://evil.example.com" }],
    ["another purpose", { purpose: "grant" as const }],
    ["another name", { name: "PASSWORD" }],
    ["parts that run together alike", { server: "githu", origin: "bhttps://mcp.example.com" }],
  ])("[SEC-02] does not open for %s", (_, change) => {
    const sealed = box.seal(context, "ghp_secret");
    expect(box.open({ ...context, ...change }, sealed)).toBeNull();
  });

  it("[SEC-03] does not open with any bit of nonce, text, tag or key id flipped", () => {
    const sealed = box.seal(context, "ghp_secret");
    for (const flipped of bitFlips(Buffer.from(sealed.kid).toString("base64url"))) {
      const kid = Buffer.from(flipped, "base64url").toString("latin1");
      expect(box.open(context, { ...sealed, kid })).toBeNull();
      // Not with both keys at hand, either: the key's id is part of what the tag covers.
      const twins = createSecretBox(() => [{ ...root, kid }, root]);
      expect(twins.open(context, { ...sealed, kid })).toBeNull();
    }
    for (const field of ["nonce", "ciphertext", "tag"] as const) {
      for (const flipped of bitFlips(sealed[field])) {
        expect(box.open(context, { ...sealed, [field]: flipped })).toBeNull();
      }
    }
  });

  it.each([0, 4, 8, 12, 13, 14, 15])("[SEC-04] does not open with a tag of %i bytes", (bytes) => {
    const sealed = box.seal(context, "ghp_secret");
    const tag = Buffer.from(sealed.tag, "base64url").subarray(0, bytes).toString("base64url");
    expect(box.open(context, { ...sealed, tag })).toBeNull();
  });

  it.each([
    ["text from elsewhere", "abc"],
    ["an older scheme", "v3:00112233:deadbeef"],
    ["nothing", undefined],
    ["null", null],
    ["empty text", ""],
    ["LibreChat's second scheme", "00112233445566778899aabbccddeeff:deadbeef"],
    ["a version to come", { v: 2 }],
    ["an unknown key id", { kid: "7766554433221100" }],
    ["a second spelling of the same bytes", { nonceSuffix: "=" }],
  ])("[SEC-06] is not taken from %s", (_, other) => {
    const sealed = box.seal(context, "ghp_secret");
    const suffixed = typeof other === "object" && other !== null && "nonceSuffix" in other;
    const replaced = suffixed ? { ...sealed, nonce: `${sealed.nonce}=` } : other;
    const value = typeof replaced === "object" && replaced !== null ? { ...sealed, ...replaced } : replaced;
    expect(box.open(context, value as SealedValue)).toBeNull();
  });

  it("opens with an older key of the ring, and is sealed with the first", () => {
    const older = box.seal(context, "ghp_secret");
    const ring: KeyRing = [{ kid: "new", key: randomBytes(32) }, root];
    const newer = createSecretBox(() => ring);
    expect(newer.open(context, older)).toBe("ghp_secret");
    expect(newer.seal(context, "x").kid).toBe("new");
    expect(createSecretBox(() => [{ kid: root.kid, key: randomBytes(32) }]).open(context, older)).toBeNull();
  });

  it("is sealed anew with the first key, for the same place and no other", () => {
    const older = box.seal(context, "ghp_secret");
    const ring: KeyRing = [{ kid: "new", key: randomBytes(32) }, root];
    const newer = createSecretBox(() => ring);
    const resealed = newer.reseal(older);
    expect(resealed).toMatchObject({ kid: "new", place: older.place });
    expect(resealed && newer.open(context, resealed)).toBe("ghp_secret");
    expect(newer.reseal({ ...older, place: older.place.replace("ann", "bob") })).toBeNull();
    for (const place of ["", "{}", "null", "[]", "[1,2,3,4,5]", undefined as unknown as string])
      expect(newer.reseal({ ...older, place })).toBeNull();
  });
});
