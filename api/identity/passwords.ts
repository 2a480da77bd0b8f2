import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { inTurns } from "./in-turns.ts";

export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * With null (no such account) it takes as long as with a hash and is false. `place`: where it is asked from; whoever asks
   * often from one place waits behind the others.
   */
  verify(password: string, hash: string | null, place: string): Promise<boolean>;
}

export interface ScryptCost {
  /** Memory is 1 KiB times two to this power. */
  readonly log2N: number;
  readonly p: number;
}

/** OWASP's set for scrypt with 32 MiB. */
const DEFAULT_COST: ScryptCost = { log2N: 15, p: 3 };
const BLOCK_SIZE = 8;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Every hash has the form `scrypt$15$3$<salt>$<hash>`, so that a later cost can live beside an earlier one. */
const FORM = /^scrypt\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

export const MAX_PASSWORD_BYTES = 1_024;

/** What is not asked from any place: a link or a session has let it in. */
const INSIDE = "";

/** scrypt on a thread of its own, one at a time: a crowd at the door must not take all of Node's few threads. */
export function scryptPasswords(cost: ScryptCost = DEFAULT_COST): Passwords {
  const queued = inTurns();
  const decoySalt = randomBytes(SALT_BYTES);

  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      const hash = await queued(INSIDE, () => derive(password, salt, cost));
      return ["scrypt", cost.log2N, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
    },
    verify: async (password, hash, place) => {
      if (Buffer.byteLength(password, "utf8") > MAX_PASSWORD_BYTES) return false;
      if (hash === null) {
        await queued(place, () => derive(password, decoySalt, cost));
        return false;
      }
      const [, log2N, p, salt, expected] = FORM.exec(hash) ?? [];
      if (salt === undefined || expected === undefined) throw new Error("A stored password hash has an unknown form.");
      const stored = Buffer.from(expected, "base64url");
      const derived = await queued(place, () =>
        derive(password, Buffer.from(salt, "base64url"), { log2N: Number(log2N), p: Number(p) }),
      );
      return stored.length === derived.length && timingSafeEqual(stored, derived);
    },
  };
}

function derive(password: string, salt: Buffer, { log2N, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** log2N;
  const options: ScryptOptions = { N, r: BLOCK_SIZE, p, maxmem: 256 * N * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    // One spelling for letters that keyboards compose in different ways.
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
