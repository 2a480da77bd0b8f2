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

it("writes plain fields by hand as pino writes all others", () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } });
  const fields = { a: 'b"\n', n: 1, yes: true, none: null, left: undefined };
  logger.info(fields, "not said");
  logger.warn(fields, 'said "so"');
  logger.warn({ ...fields, list: [] }, 'said "so"');
  logger.warn({ Token: "canary" }, "said");
  logger.error({}, "alone");
  logger.error({ bytes: 2n ** 64n }, "large");
  const [byHand, byPino, censored, alone, large] = lines.map((line) => ({ ...JSON.parse(line), time: 0 }));
  expect(lines.every((line) => line.endsWith("\n"))).toBe(true);
  expect(byHand).toEqual({ level: 40, time: 0, a: 'b"\n', n: 1, yes: true, none: null, msg: 'said "so"' });
  expect(byPino).toEqual({ ...byHand, list: [] });
  expect(censored).toMatchObject({ Token: "***" });
  expect(large).toMatchObject({ msg: "large" });
  expect(alone).toEqual({ level: 50, time: 0, msg: "alone" });
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
