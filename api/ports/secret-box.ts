import type { SealedValue } from "./sealed-value.ts";

/** What a sealed value belongs to. Moved to any other place, it does not open. */
export interface SealContext {
  readonly purpose: "user-var" | "connector" | "grant" | "flow" | "oauth-client" | "openid-grant" | "openid-flow" | "model-key";
  readonly userId: string;
  readonly server: string;
  /** Where the value may be sent: see `credentialOrigin` in `config/types.ts`. */
  readonly origin: string;
  readonly name: string;
}

export interface SecretBox {
  seal(context: SealContext, plain: string): SealedValue;
  /** Null for a value that was changed, moved, sealed with an unknown key, or is no sealed value at all. */
  open(context: SealContext, sealed: SealedValue): string | null;
  /** The same secret for the same place, sealed with the key of now. Null when it does not open where it says it belongs. */
  reseal(sealed: SealedValue): SealedValue | null;
}
