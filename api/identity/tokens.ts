import { hash, randomBytes } from "node:crypto";

/** 256 random bits for a cookie or a link. Only `hashToken` of it may be stored. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 (hex). Tokens are random, so no salt or slow hash is needed. */
export function hashToken(token: string): string {
  return hash("sha256", token);
}
