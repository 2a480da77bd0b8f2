import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placed } from "../../api/http/page.ts";
import { type RunningHouse, startHouse } from "../support/house.ts";

const temporary = mkdtempSync(join(tmpdir(), "patchbay-page-"));
let house: RunningHouse;
beforeAll(async () => {
  const clientDir = join(temporary, ".hidden", "dist");
  mkdirSync(join(clientDir, "assets"), { recursive: true });
  writeFileSync(join(clientDir, "index.html"), "<!doctype html><title>The page</title>");
  writeFileSync(join(clientDir, "assets", "index-0a1b2c.js"), "export {};");
  writeFileSync(join(temporary, ".hidden", "secret.txt"), "outside of the page");
  const icon = (iconPath: string) => ({ type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false, iconPath });
  house = await startHouse(
    {
      a: icon("https://icons.example.org/a.png"),
      b: icon("https://x,script-src.example/b.png"),
      c: icon("data:image/png;base64,AA=="),
    },
    { clientDir },
  );
});
afterAll(async () => {
  await house.close();
  rmSync(temporary, { recursive: true });
});

const get = async (path: string, headers?: Record<string, string>) => {
  const answer = await house.anonymous.ask("GET", path, undefined, headers);
  return { ...answer, cache: answer.headers.get("cache-control"), type: answer.headers.get("content-type") };
};

describe("the page", () => {
  it.each(["/", "/setup", "/servers/a", "/some/where?x=1"])(
    "is what %s answers, from a folder with a dot in its path too",
    async (path) => {
      const answer = await get(path);
      expect([answer.status, answer.cache, answer.body]).toEqual([200, "no-cache", "<!doctype html><title>The page</title>"]);
    },
  );

  it("is told where it is: below which path, where sockets are, whose accounts", () => {
    const built = [
      '<meta name="patchbay-base" content="" /><meta name="patchbay-sockets" content="/socket.io" />',
      '<meta name="patchbay-accounts" content="own" /><script src="./assets/a.js"></script><link href="./a.svg">',
    ].join("");
    const at = (base: string) => placed(built, { base, sockets: "/live", isHosted: true });
    expect(at("")).toBe(
      [
        '<meta name="patchbay-base" content="" /><meta name="patchbay-sockets" content="/live" />',
        '<meta name="patchbay-accounts" content="host" /><script src="/assets/a.js"></script><link href="/a.svg">',
      ].join(""),
    );
    expect(at("/tools/patchbay")).toContain('content="/tools/patchbay" />');
    expect(at("/tools/patchbay/")).toContain('<script src="/tools/patchbay/assets/a.js">');
    // Never another site, never markup: an address may hold anything.
    expect(at("//evil.example")).toContain('<script src="/evil.example/assets/a.js">');
    expect(at("/\\evil.example")).toContain('<script src="/evil.example/assets/a.js">');
    expect(at('/"><script>')).not.toContain("<script>");
  });

  it("is below the path of the address people use, when a proxy in front takes that path off", async () => {
    const clientDir = join(temporary, "below");
    mkdirSync(clientDir);
    writeFileSync(
      join(clientDir, "index.html"),
      '<meta name="patchbay-base" content="" /><meta name="patchbay-sockets" content="" />',
    );
    const below = await startHouse({}, { clientDir, publicUrl: "https://example.org/tools/patchbay" });
    const { body } = await below.anonymous.ask("GET", "/servers/a/tools");
    await below.close();
    expect(body).toBe(
      '<meta name="patchbay-base" content="/tools/patchbay" /><meta name="patchbay-sockets" content="/tools/patchbay/socket.io" />',
    );
  });

  it("lets browsers keep hashed files for ever, and never a missing one", async () => {
    const kept = await get("/assets/index-0a1b2c.js");
    expect([kept.status, kept.cache]).toEqual([200, "public, max-age=31536000, immutable"]);
    const missing = await get("/assets/index-ffffff.js");
    expect([missing.status, missing.body.code, missing.cache]).toEqual([404, "ROUTE_UNKNOWN", "no-store"]);
  });

  it.each(["/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/%00", "/.%00/secret.txt"])(
    "gives away nothing beside it: %s",
    async (path) => {
      const { status, body } = await get(path);
      expect([200, 400, 403, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain("outside of the page");
    },
  );

  it("is not what an unknown API path or another method answers", async () => {
    expect((await get("/api/nothing")).body.code).toBe("ROUTE_UNKNOWN");
    expect((await get("/health/nothing")).body.code).toBe("ROUTE_UNKNOWN");
    expect((await house.anonymous.ask("POST", "/anywhere", {})).body.code).toBe("ROUTE_UNKNOWN");
  });

  it("runs scripts of its own only, and loads images from nowhere but the servers' icons", async () => {
    const { headers } = await get("/");
    const policy = Object.fromEntries(
      (headers.get("content-security-policy") ?? "").split(";").map((directive) => {
        const [name, ...values] = directive.trim().split(/\s+/);
        return [name, values.join(" ")];
      }),
    );
    expect(policy).toMatchObject({
      "default-src": "'self'",
      "script-src": "'self'",
      "img-src": "'self' data: blob: https://icons.example.org",
      "connect-src": "'self'",
      "object-src": "'none'",
      "frame-ancestors": "'none'",
    });
    expect(policy).not.toHaveProperty("upgrade-insecure-requests");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBeNull();
  });
});
