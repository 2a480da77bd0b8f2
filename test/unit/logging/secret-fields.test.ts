import { expect, it } from "vitest";
import { createLogger } from "../../../api/logging/logger.ts";
import { withoutSecretFields } from "../../../api/logging/secret-fields.ts";

it("censors by name at any depth, in lists, in errors and in what a child carries", () => {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line: string) => void lines.push(line) } });
  const error = Object.assign(new Error("refused"), { request: { headers: { Authorization: "Bearer canary" } } });
  logger.child({ token: "canary" }).info({ err: error, a: [{ b: { PASSWORD: "canary" } }], "Set-Cookie": "canary" }, "said");
  expect(lines.join("")).not.toContain("canary");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg: "said", token: "***", a: [{ b: { PASSWORD: "***" } }] });
});

it("hands on what holds no secret, as it is", () => {
  const fields = { route: "/api", list: [1, { two: 2 }], nothing: null };
  expect(withoutSecretFields(fields)).toBe(fields);
});

it("ends with what refers to itself", () => {
  const loop: Record<string, unknown> = { token: "canary" };
  loop.self = loop;
  expect(withoutSecretFields(loop)).toMatchObject({ token: "***" });
});
