import { ERROR_CODES, type ErrorCode } from "./error-codes.ts";
import type { JsonSchema, RouteSpec } from "./routes/route-spec.ts";
import { ROUTES } from "./routes/routes.ts";
import { VIEW_SCHEMAS } from "./views.ts";

export interface OpenApiOptions {
  /** Accounts and sign-in are a host application's: it says what proves who is asking. @default false */
  isHosted?: boolean;
  /** Routes that are not there. @default none */
  without?: readonly string[];
}

/** The OpenAPI 3.1 document of this server, built from the table that also mounts and checks the routes. */
export function openApiDocument(version: string, { isHosted = false, without = [] }: OpenApiOptions = {}): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries<RouteSpec>(ROUTES)) {
    if (without.includes(operationId)) continue;
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, route, isHosted) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Patchbay", version, description: "MCP servers for every user, each over a connection of their own." },
    paths,
    components: {
      schemas: VIEW_SCHEMAS,
      securitySchemes: isHosted ? {} : OWN_SCHEMES,
    },
  };
}

const OWN_SCHEMES = {
  cookie: { type: "apiKey", in: "cookie", name: "patchbay_session" },
  apiKey: { type: "http", scheme: "bearer", description: "An API key: `pbk_…`" },
};

function operation(operationId: string, route: RouteSpec, isHosted: boolean): JsonSchema {
  const parameters = [
    ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...optional("query", route.query),
    ...optional("header", route.headers),
  ];
  return {
    operationId,
    summary: route.summary,
    tags: [route.path.split("/")[2] ?? "health"],
    ...(route.auth === "public" ? { security: [] } : isHosted ? {} : { security: [{ cookie: [] }, { apiKey: [] }] }),
    ...(route.auth === "admin" || route.auth === "watcher" ? { description: "For admins." } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: jsonOf(route.body) } }),
    responses: {
      [route.status ?? 200]: {
        description: "Done.",
        content: { [route.answerType ?? "application/json"]: { schema: route.answer } },
      },
      ...refusals(route),
    },
  };
}

function optional(where: "query" | "header", schemas: Readonly<Record<string, JsonSchema>> = {}): JsonSchema[] {
  return Object.entries(schemas).map(([name, schema]) => ({ name, in: where, required: false, schema }));
}

/** One answer a status, with the codes it may carry. */
function refusals({ auth, errors }: RouteSpec): Record<string, JsonSchema> {
  const codes: ErrorCode[] = [...errors];
  if (auth !== "public") codes.push("SIGN_IN_REQUIRED");
  if (auth === "admin" || auth === "watcher") codes.push("ADMIN_REQUIRED");
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].httpStatus);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      String(status),
      { description: each.join(", "), content: jsonOf({ $ref: "#/components/schemas/Error" }) },
    ]),
  );
}

function jsonOf(schema: JsonSchema): JsonSchema {
  return { "application/json": { schema } };
}
