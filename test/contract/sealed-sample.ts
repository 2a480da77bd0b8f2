import type { SealedValue } from "../../api/ports/sealed-value.ts";

/** Looks like a sealed value to a store, which never opens one. */
export function sealedSample(text: string): SealedValue {
  const ciphertext = Buffer.from(text).toString("base64url");
  return { v: 1, kid: "kid-1", nonce: "bm9uY2U", ciphertext, tag: "dGFn", place: "[]" };
}
