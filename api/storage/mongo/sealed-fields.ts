import type { SealedValue } from "../../ports/sealed-value.ts";

/** A sealed value inside of a document. */
export const SEALED_FIELDS = {
  _id: false,
  type: { _id: false, v: Number, kid: String, nonce: String, ciphertext: String, tag: String, place: String },
};

/** The same value, in the order and with the fields that it was put in with. */
export function sealedOf({ v, kid, nonce, ciphertext, tag, place }: SealedValue): SealedValue {
  return { v, kid, nonce, ciphertext, tag, place };
}
