import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import { lengthPrefixed } from "./length-prefixed.ts";

/** One root key. `kid` names it in every value it sealed. */
export interface RootKey {
  readonly kid: string;
  readonly key: Buffer;
}

/** The first key seals; every key opens what it sealed. */
export type KeyRing = readonly [RootKey, ...RootKey[]];

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
/** Node would take tags of four bytes as well: then a forgery is a matter of hours. */
const TAG_BYTES = 16;
const VERSION = 1;

/**
 * AES-256-GCM under a key per purpose and user, so that random nonces stay far from colliding. `ring` is asked at every
 * use, because keys are added while the house runs.
 */
export function createSecretBox(ring: () => KeyRing, random: (bytes: number) => Buffer = randomBytes): SecretBox {
  const seal: SecretBox["seal"] = (context, plain) => {
    const [active] = ring();
    const nonce = random(NONCE_BYTES);
    if (nonce.length !== NONCE_BYTES) throw new Error(`${NONCE_BYTES} random bytes were asked for, ${nonce.length} came.`);
    const cipher = createCipheriv(CIPHER, userKey(active, context), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(active.kid, context));
    const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return {
      v: VERSION,
      kid: active.kid,
      nonce: nonce.toString("base64url"),
      ciphertext: ciphertext.toString("base64url"),
      tag: cipher.getAuthTag().toString("base64url"),
      place: placeOf(context),
    };
  };
  const open: SecretBox["open"] = (context, sealed) => {
    const root = ring().find(({ kid }) => kid === sealed?.kid);
    if (root === undefined || sealed.v !== VERSION) return null;
    try {
      const nonce = decoded(sealed.nonce);
      const decipher = createDecipheriv(CIPHER, userKey(root, context), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(root.kid, context));
      decipher.setAuthTag(decoded(sealed.tag));
      // Nothing leaves before `final` has checked the tag.
      return Buffer.concat([decipher.update(decoded(sealed.ciphertext)), decipher.final()]).toString("utf8");
    } catch {
      return null;
    }
  };
  return {
    seal,
    open,
    reseal(sealed) {
      const context = contextOf(sealed.place);
      const plain = context === null ? null : open(context, sealed);
      return context === null || plain === null ? null : seal(context, plain);
    },
  };
}

function userKey(root: RootKey, { purpose, userId }: SealContext): Buffer {
  return Buffer.from(hkdfSync("sha256", root.key, "patchbay", lengthPrefixed([purpose, userId]), KEY_BYTES));
}

function boundTo(kid: string, { purpose, userId, server, origin, name }: SealContext): Buffer {
  return lengthPrefixed([String(VERSION), kid, purpose, userId, server, origin, name]);
}

function placeOf({ purpose, userId, server, origin, name }: SealContext): string {
  return JSON.stringify([purpose, userId, server, origin, name]);
}

/** Null for what is no place. A wrong one is found out by the tag. */
function contextOf(place: string): SealContext | null {
  try {
    const [purpose, userId, server, origin, name] = JSON.parse(place) as [SealContext["purpose"], string, string, string, string];
    return { purpose, userId, server, origin, name };
  } catch {
    return null;
  }
}

/** Strict: base64url has spare bits and letters that Node's decoder skips; one value has one spelling here. */
function decoded(text: string): Buffer {
  const buffer = Buffer.from(text, "base64url");
  if (buffer.toString("base64url") !== text) throw new Error("not base64url");
  return buffer;
}
