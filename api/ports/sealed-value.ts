/** A sealed value: see `api/storage/secret-box.ts`. A store never sees a plain secret. */
export interface SealedValue {
  readonly v: 1;
  readonly kid: string;
  /** base64url */
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
  /** Where it belongs, as JSON text: for sealing it anew under another key. Nobody who opens it believes this. */
  readonly place: string;
}

const UNREADABLE: SealedValue = { v: 1, kid: "", nonce: "", ciphertext: "", tag: "", place: "" };

/** From JSON text. What is none, for example a plain value or one of another program, becomes one that nothing opens. */
export function sealedFrom(text: string): SealedValue {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as SealedValue) : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}
