import { describe, expect, it } from "vitest";
import { scryptPasswords } from "../../../api/identity/passwords.ts";

const HERE = "192.0.2.1";
const cheap = scryptPasswords({ log2N: 4, p: 1 });

describe("a password", () => {
  it("is right when it is the same, and wrong otherwise", async () => {
    const hash = await cheap.hash("correct horse battery");
    expect(await cheap.verify("correct horse battery", hash, HERE)).toBe(true);
    expect(await cheap.verify("correct horse batterY", hash, HERE)).toBe(false);
    expect(await cheap.verify("", hash, HERE)).toBe(false);
  });

  it("is hashed with a salt of its own each time, and is not in the hash", async () => {
    const [one, two] = [await cheap.hash("correct horse battery"), await cheap.hash("correct horse battery")];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$4\$1\$[\w-]{22}\$[\w-]{43}$/);
  });

  it("is hashed with at least N = 2^15 by default", async () => {
    const [, log2N] = (await scryptPasswords().hash("correct horse battery")).split("$");
    expect(Number(log2N)).toBeGreaterThanOrEqual(15);
  });

  it("can be checked against a hash of another cost", async () => {
    const older = await scryptPasswords({ log2N: 5, p: 2 }).hash("correct horse battery");
    expect(await cheap.verify("correct horse battery", older, HERE)).toBe(true);
  });

  it("is the same however a keyboard composes its letters", async () => {
    expect(await cheap.verify("u\u0308ber-geheim", await cheap.hash("\u00fcber-geheim"), HERE)).toBe(true);
  });

  it("is never right without a hash or when it is too long", async () => {
    expect(await cheap.verify("correct horse battery", null, HERE)).toBe(false);
    const long = "x".repeat(1_025);
    expect(await cheap.verify(long, await cheap.hash(long), HERE)).toBe(false);
  });

  it("takes as long to refuse without an account as with one", async () => {
    const passwords = scryptPasswords({ log2N: 14, p: 1 });
    const hash = await passwords.hash("correct horse battery");
    const time = async (known: string | null) => {
      const startMs = performance.now();
      await passwords.verify("wrong password", known, HERE);
      return performance.now() - startMs;
    };
    // The fastest of some runs: whatever else the machine does only makes runs slower.
    const fastest = async (known: string | null) => {
      const times: number[] = [];
      for (let run = 0; run < 5; run += 1) times.push(await time(known));
      return Math.min(...times);
    };
    const ratio = (await fastest(null)) / (await fastest(hash));
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(3);
  });

  it("is not compared with a stored text of unknown form", async () => {
    await expect(cheap.verify("plain text", "plain text", HERE)).rejects.toThrow("unknown form");
  });

  it("is looked at in turns: who guesses from one place holds up nobody elsewhere", async () => {
    const passwords = scryptPasswords({ log2N: 10, p: 1 });
    const hash = await passwords.hash("correct horse battery");
    const ended: string[] = [];
    const asked = (place: string) => passwords.verify("a guess", hash, place).then(() => ended.push(place));
    const all = [...Array.from({ length: 20 }, () => asked("guesser")), asked("ann"), asked("ben"), asked("ann")];
    await Promise.all(all);
    // The first had begun before anybody else was there.
    expect(ended.slice(1, 7)).toEqual(["guesser", "ann", "ben", "guesser", "ann", "guesser"]);
    expect(ended).toHaveLength(23);
  });
});
