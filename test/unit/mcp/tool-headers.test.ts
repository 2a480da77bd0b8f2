import { expect, it } from "vitest";
import { headerProblem } from "../../../api/mcp/session/tool-headers.ts";

const withProperty = (name: string, schema: object) => ({ type: "object", properties: { [name]: schema } });

it.each([
  ["no wishes", withProperty("a", { type: "string" })],
  ["a text", withProperty("a", { type: "string", "x-mcp-header": "Region" })],
  ["below an object", withProperty("a", { type: "object", properties: { b: { type: "boolean", "x-mcp-header": "B" } } })],
  ["a value that only looks like one", withProperty("a", { type: "object", default: { "x-mcp-header": "" } })],
  ["an argument that has the name", withProperty("x-mcp-header", { type: "string" })],
])("accepts %s", (_, schema) => {
  expect(headerProblem(schema)).toBe(null);
});

it.each([
  ["an empty name", withProperty("a", { type: "string", "x-mcp-header": "" })],
  ["a name that would break the header", withProperty("a", { type: "string", "x-mcp-header": "A\r\nB: c" })],
  ["no text", withProperty("a", { type: "string", "x-mcp-header": 7 })],
  ["a number with a fraction", withProperty("a", { type: "number", "x-mcp-header": "A" })],
  ["a list", withProperty("a", { type: "array", items: { type: "string", "x-mcp-header": "A" } })],
  ["the whole object", { type: "object", "x-mcp-header": "A" }],
  ["a choice", { oneOf: [withProperty("a", { type: "string", "x-mcp-header": "A" })] }],
  ["two of one name", { properties: { a: { type: "string", "x-mcp-header": "A" }, b: { type: "string", "x-mcp-header": "a" } } }],
])("refuses %s", (_, schema) => {
  expect(headerProblem(schema)).not.toBe(null);
});

it("ends in a schema that never does", () => {
  let schema: Record<string, unknown> = {};
  for (let depth = 0; depth < 10_000; depth += 1) schema = { items: schema };
  expect(headerProblem(schema)).toBe("its schema is too deep");
});
