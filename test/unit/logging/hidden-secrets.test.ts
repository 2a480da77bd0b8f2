import { describe, expect, it } from "vitest";
import { hiddenSecrets } from "../../../api/logging/hidden-secrets.ts";

const SECRET = 'S3cr3t/"value+with=odd chars&ä-0123456789';

describe("secrets in text", () => {
  const { clean, tail } = hiddenSecrets([SECRET, "short"]);

  it.each([
    ["as they are", SECRET],
    ["in JSON", JSON.stringify({ key: SECRET })],
    ["in a URL", `http://one.example/?key=${encodeURIComponent(SECRET)}`],
    ["in a form", new URLSearchParams({ key: SECRET }).toString()],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 for URLs", Buffer.from(SECRET).toString("base64url")],
    ["in credentials for Basic", `Basic ${Buffer.from(`ann:${SECRET}`).toString("base64")}`],
    ["in base64 after two letters", Buffer.from(`::${SECRET}::`).toString("base64")],
  ])("[SEC-14] are taken out %s", (_, text) => {
    const cleaned = clean(`before ${text} after`);
    expect(cleaned).toMatch(/^before .*\*\*\*.* after$/);
    for (const part of ["cr3t", "0123", "value", ...parts(text)]) expect(cleaned).not.toContain(part);
  });

  it("leaves short ones in: they would blank out ordinary words", () => expect(clean("in short")).toBe("in short"));

  it("[SEC-14] are never cut in two", () => {
    const text = `${"a".repeat(50)}${encodeURIComponent(SECRET)}${SECRET}${"b".repeat(50)}`;
    for (let chars = 1; chars <= text.length; chars += 1) expect(clean(tail(text, chars))).toMatch(/^a*(\*\*\*)*b+$/);
  });
});

/** Pieces of what stands for the secret in there, long enough to be nothing else. */
function parts(text: string): string[] {
  const forms = [Buffer.from(SECRET).toString("base64"), encodeURIComponent(SECRET)];
  return forms.filter((form) => text.includes(form)).flatMap((form) => form.slice(4, -4).match(/.{8}/g) ?? []);
}
