import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Stores } from "../../../api/ports/stores.ts";
import { createSecretBox } from "../../../api/storage/secret-box.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { sealedUserVars } from "../../../api/user-vars/sealed-user-vars.ts";
import type { UserVars } from "../../../api/user-vars/user-vars.ts";
import { loadConfig } from "../../../config/load-config.ts";
import type { ServerConfig } from "../../../config/types.ts";

let stores: Stores;
let vars: UserVars;
const root = { kid: "kid", key: randomBytes(32) };
beforeEach(() => {
  stores = openSqliteStores(":memory:");
  vars = sealedUserVars({ store: stores.userVars, box: createSecretBox(() => [root]) });
});
afterEach(() => stores.close());

function server(name: string, url: string, names = ["TOKEN", "REGION"]): ServerConfig {
  const declared = names.map((one) => `      ${one}: { title: ${one}, description: what it is }`).join("\n");
  const entry = `  ${name}:\n    type: streamable-http\n    url: ${url}\n    customUserVars:\n${declared}`;
  const { config, problems } = loadConfig(`version: "1"\nmcpServers:\n${entry}\n`, "test.yaml");
  const found = config.servers.get(name);
  if (found === undefined) throw new Error(JSON.stringify(problems));
  return found;
}

const desk = server("desk", "https://desk.example.com/mcp");

describe("values a user entered", () => {
  it("come back as they were entered, to that user and for that server only", async () => {
    await vars.save("ann", desk, { TOKEN: "ann-secret", REGION: " eu " });
    expect(await vars.values("ann", desk)).toEqual({ TOKEN: "ann-secret", REGION: " eu " });
    expect(await vars.values("bob", desk)).toEqual({});
    expect(await vars.values("ann", server("other", "https://desk.example.com/mcp"))).toEqual({});
  });

  it("are nowhere in the store as they were entered", async () => {
    await vars.save("ann", desk, { TOKEN: "ann-secret" });
    const stored = JSON.stringify(await stores.userVars.get("ann", "desk"));
    for (const form of ["ann-secret", Buffer.from("ann-secret").toString("base64url")]) expect(stored).not.toContain(form);
  });

  it("count as unset when the server's address moved to another origin, and are back when it returns", async () => {
    await vars.save("ann", desk, { TOKEN: "ann-secret" });
    const moved = server("desk", "https://evil.example.com/mcp");
    expect(await vars.values("ann", moved)).toEqual({});
    expect(await vars.flags("ann", moved)).toEqual({ TOKEN: false, REGION: false });
    expect(await vars.values("ann", server("desk", "https://desk.example.com/v2"))).toEqual({ TOKEN: "ann-secret" });
  });

  it("do not open in another user's place or under another name", async () => {
    await vars.save("ann", desk, { TOKEN: "ann-secret" });
    const { TOKEN } = await stores.userVars.get("ann", "desk");
    if (TOKEN === undefined) throw new Error("nothing was stored");
    await stores.userVars.set("bob", "desk", { TOKEN });
    await stores.userVars.set("ann", "desk", { REGION: TOKEN });
    expect(await vars.values("bob", desk)).toEqual({});
    expect(await vars.values("ann", desk)).toEqual({ TOKEN: "ann-secret" });
  });

  it("stay as they are when they are left out, and go when they are empty", async () => {
    await vars.save("ann", desk, { TOKEN: "one", REGION: "eu" });
    await vars.save("ann", desk, { REGION: "" });
    expect(await vars.values("ann", desk)).toEqual({ TOKEN: "one" });
    await vars.save("ann", desk, { TOKEN: "two" });
    expect(await vars.values("ann", desk)).toEqual({ TOKEN: "two" });
  });

  it("are given for declared names only", async () => {
    await vars.save("ann", desk, { TOKEN: "one", REGION: "eu" });
    const fewer = server("desk", "https://desk.example.com/mcp", ["REGION"]);
    expect(await vars.values("ann", fewer)).toEqual({ REGION: "eu" });
    expect(await vars.flags("ann", fewer)).toEqual({ REGION: true });
  });

  it("are marked as set unless they are blank", async () => {
    await vars.save("ann", desk, { TOKEN: "one", REGION: "   " });
    expect(await vars.flags("ann", desk)).toEqual({ TOKEN: true, REGION: false });
    expect(await vars.flags("bob", desk)).toEqual({ TOKEN: false, REGION: false });
  });

  it("are gone after revoking, which is fine twice", async () => {
    await vars.save("ann", desk, { TOKEN: "one" });
    await vars.revoke("ann", desk);
    await vars.revoke("ann", desk);
    expect(await vars.values("ann", desk)).toEqual({});
    expect(await stores.userVars.names("ann")).toEqual({});
  });
});

describe("saving is refused", () => {
  it.each(["OTHER", "__proto__", "constructor", "token"])(
    "for the undeclared name %s, and nothing of it is kept",
    async (name) => {
      const entered = Object.fromEntries([
        ["TOKEN", "one"],
        [name, "two"],
      ]);
      await expect(vars.save("ann", desk, entered)).rejects.toMatchObject({ code: "USER_VAR_UNKNOWN" });
      expect(await stores.userVars.names("ann")).toEqual({});
    },
  );

  it.each([
    ["a carriage return", "secret\rX-Admin: 1"],
    ["a line feed", "secret\n"],
    ["a NUL", "secret\0"],
    ["more than 8 KiB", "ü".repeat(4_097)],
  ])("for a value with %s, which the message does not repeat", async (_, value) => {
    const refusal = await vars.save("ann", desk, { TOKEN: value }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "VALUE_NOT_SENDABLE" });
    expect(String(refusal)).not.toContain(value.slice(0, 6));
    expect(await stores.userVars.names("ann")).toEqual({});
  });

  it("not for a value of exactly 8 KiB", async () => {
    await vars.save("ann", desk, { TOKEN: "x".repeat(8_192) });
    expect(await vars.flags("ann", desk)).toMatchObject({ TOKEN: true });
  });
});
