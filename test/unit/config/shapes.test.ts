import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { UNSUPPORTED_KEYS } from "../../../config/checks/unsupported-keys.ts";
import { loadConfig } from "../../../config/load-config.ts";

const SHAPES = fileURLToPath(new URL("shapes", import.meta.url));
const SCHEMAS = fileURLToPath(new URL("../../../schemas/config", import.meta.url));
const shapes = readdirSync(SHAPES).map((name) => ({ name, text: readFileSync(`${SHAPES}/${name}`, "utf8") }));
const schemas = readdirSync(SCHEMAS).map((name) => ({ name, schema: JSON.parse(readFileSync(`${SCHEMAS}/${name}`, "utf8")) }));

/** Every key some schema knows, as "file key". */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = Object.keys((schema as { properties?: object }).properties ?? {});
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

describe("files as they are in the world", () => {
  it.each(shapes)("$name loads without an error, and nothing in it is unknown", ({ name, text }) => {
    const { problems, brokenServers, isUsable } = loadConfig(text, name, process.env);
    expect(problems.filter(({ severity, code }) => severity === "error" || code === "key-unknown")).toEqual([]);
    expect(brokenServers).toEqual([]);
    expect(isUsable).toBe(true);
  });

  it("use every key of every schema at least once, or their section is not used here", () => {
    const all = shapes.map(({ text }) => text).join("\n");
    const unused = Object.entries(schemas.find(({ name }) => name === "librechat.json")?.schema.properties ?? {})
      .filter(([, property]) => String((property as { description?: string }).description).includes("not used here"))
      .map(([key]) => key);
    const missing = new Set(schemas.flatMap(({ schema }) => keysOf(schema)).filter((key) => !new RegExp(`\\b${key}:`).test(all)));
    expect([...missing].filter((key) => !unused.includes(key))).toEqual([]);
  });
});

describe("the schemas", () => {
  it("are schemas, and explain every key of theirs", () => {
    for (const { name, schema } of schemas) {
      expect(new Ajv2020({ strict: false }).validateSchema(schema), name).toBe(true);
      expect(undescribed(schema), name).toEqual([]);
    }
  });

  it("have the keys that are said to have no effect", () => {
    const keys = new Set(schemas.flatMap(({ schema }) => keysOf(schema)));
    for (const pattern of UNSUPPORTED_KEYS) expect(keys, pattern).toContain(pattern.split(".").at(-1));
  });
});

function undescribed(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = Object.entries((schema as { properties?: Record<string, Record<string, unknown>> }).properties ?? {})
    .filter(([, property]) => property.description === undefined && property.$ref === undefined)
    .map(([key]) => key);
  return [...own, ...Object.values(schema).flatMap(undescribed)];
}
