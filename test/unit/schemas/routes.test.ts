import { describe, expect, it } from "vitest";
import { nameFault } from "../../../config/names.ts";
import { compileSchema } from "../../../schemas/compile.ts";
import { openApiDocument } from "../../../schemas/openapi.ts";
import type { RouteSpec } from "../../../schemas/routes/route-spec.ts";
import { ROUTES } from "../../../schemas/routes/routes.ts";

const routes = Object.values<RouteSpec>(ROUTES);
const isName = (part: string | undefined) => part?.startsWith(":") === true;

/** Words of one route that stand where a later one has a server's name, and so hide that route for a server called so. */
function hidingWords(table: readonly Pick<RouteSpec, "method" | "path">[]): string[] {
  const words = table.flatMap((earlier, index) =>
    table.slice(index + 1).flatMap((later) => {
      const [fixed, named] = [earlier.path.split("/"), later.path.split("/")];
      const hides = fixed.every((part, at) => part === named[at] || isName(part) || named[at] === ":server");
      if (earlier.method !== later.method || fixed.length !== named.length || !hides) return [];
      return fixed.filter((part, at) => !isName(part) && isName(named[at]));
    }),
  );
  return [...new Set(words)];
}

describe("the table of routes", () => {
  it("hides no server behind a word of its own", () => {
    expect(
      hidingWords([
        { method: "GET", path: "/a/all/:name" },
        { method: "GET", path: "/a/:server/tools" },
      ]),
    ).toEqual(["all"]);
    for (const word of hidingWords(routes)) expect([word, nameFault(word)]).toEqual([word, "the name is reserved"]);
  });

  it("has every path once a method, and fixed paths before those with names", () => {
    const keys = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ":")}`);
    expect(keys).toEqual([...new Set(keys)]);
    for (const [index, { method, path }] of routes.entries()) {
      const hiding = routes
        .slice(0, index)
        .find((earlier) => earlier.method === method && new RegExp(`^${earlier.path.replace(/:\w+/g, "[^/]+")}$`).test(path));
      expect([path, hiding?.path]).toEqual([path, undefined]);
    }
  });

  it("closes every body against unknown fields and limits every text in it", () => {
    for (const { path, body } of routes) {
      if (body === undefined) continue;
      const { additionalProperties, properties } = body as { additionalProperties: unknown; properties: Record<string, Text> };
      expect([path, additionalProperties]).toEqual([path, false]);
      for (const [name, property] of Object.entries(properties)) {
        if (property.type === "string") expect([path, name, property.maxLength]).toEqual([path, name, expect.any(Number)]);
      }
      expect(compileSchema(body)(JSON.parse('{"__proto__":{"a":1},"unheard":1}')).map(({ kind }) => kind)).toContain("unknown");
    }
  });
});

interface Text {
  type?: string;
  maxLength?: number;
}

describe("the OpenAPI document", () => {
  const document = openApiDocument("1.2.3") as {
    openapi: string;
    info: Record<string, unknown>;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: object };
  };
  interface Operation {
    operationId: string;
    parameters?: { name: string; in: string; required: boolean; schema: object }[];
    responses: Record<string, { description: string }>;
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((each) => ({ path, each })),
  );

  it("names itself and every operation once", () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: expect.any(String), version: "1.2.3" });
    const ids = operations.map(({ each }) => each.operationId);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toHaveLength(routes.length);
  });

  it("declares every name in a path, and no other, and what each answer means", () => {
    for (const { path, each } of operations) {
      const declared = (each.parameters ?? []).filter(({ in: place }) => place === "path").map(({ name }) => name);
      expect([path, declared.sort()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()]);
      expect(Object.keys(each.responses).length).toBeGreaterThan(0);
      for (const [status, { description }] of Object.entries(each.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(description).not.toBe("");
      }
    }
  });

  it("points to nothing that is not there", () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => String(pointer));
    expect(pointers.length).toBeGreaterThan(20);
    for (const pointer of pointers) {
      const found = pointer.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect([pointer, found]).toEqual([pointer, expect.any(Object)]);
    }
  });
});
