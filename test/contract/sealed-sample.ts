import type { SealedValue } from "../../api/ports/sealed-value.ts";

/** Looks like a sealed value to a store, which never opens one. */
export function sealedSample(text: string): SealedValue {
  return { v: 1, kid: "kid-1", nonce: "bm9uY2U", ciphertext: Buffer.from(text).toString("base64url"), tag: "dGFn" };
}
