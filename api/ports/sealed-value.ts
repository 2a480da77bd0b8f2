/** A sealed value: see `api/storage/secret-box.ts`. A store never sees a plain secret. */
export interface SealedValue {
  readonly v: 1;
  readonly kid: string;
  /** base64url */
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}
