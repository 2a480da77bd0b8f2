import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createSecretBox } from "../../api/storage/secret-box.ts";

const SEALS = 1_000_000;

it("[SEC-07] a million seals have a million nonces", () => {
  const root = { kid: "0011223344556677", key: randomBytes(32) };
  const box = createSecretBox(() => [root]);
  const context = {
    purpose: "user-var",
    userId: "ann",
    server: "desk",
    origin: "https://desk.example.com",
    name: "KEY",
  } as const;
  const nonces = new Set<string>();
  for (let nth = 0; nth < SEALS; nth += 1) nonces.add(box.seal(context, "secret").nonce);
  expect(nonces.size).toBe(SEALS);
}, 300_000);
