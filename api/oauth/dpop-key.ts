import { createHash, type webcrypto } from "node:crypto";
import { DpopSession } from "../mcp/sdk.ts";

/** A private key as it rests in a sealed grant. */
export type DpopKey = Readonly<Record<"kty" | "crv" | "x" | "y" | "d", string>>;

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

/** A fresh key for one grant (RFC 9449): a token bound to it is of no use to whoever finds only the token. */
export async function newDpopKey(): Promise<DpopKey> {
  const { privateKey } = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const { kty = "", crv = "", x = "", y = "", d = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  return { kty, crv, x, y, d };
}

/** Makes proofs with that key, and remembers what servers want to see in the next one. */
export async function dpopSession({ d, ...open }: DpopKey): Promise<DpopSession> {
  const read = (jwk: webcrypto.JsonWebKey, use: "sign" | "verify") => crypto.subtle.importKey("jwk", jwk, CURVE, false, [use]);
  const { kty, crv, x, y } = open;
  // RFC 7638: these members, in this order.
  const thumbprint = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  const [privateKey, publicKey] = await Promise.all([read({ ...open, d }, "sign"), read(open, "verify")]);
  return DpopSession.create({ keyPair: { privateKey, publicKey, publicJwk: { kty, crv, x, y }, thumbprint, alg: "ES256" } });
}
