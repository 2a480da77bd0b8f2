import { describe, expect, it } from "vitest";
import { createLogger } from "../../../api/logging/logger.ts";
import type { McpTool } from "../../../api/mcp/session/tool-list.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { digestOf } from "../../../api/tools/digest.ts";
import { approvalIdOf, openPermissions, type WantedCall } from "../../../api/tools/permissions.ts";
import { loadConfig } from "../../../config/load-config.ts";
import type { ServerConfig } from "../../../config/types.ts";
import type { ToolAnnotationsView } from "../../../schemas/wire-functions.ts";
import { cleanups } from "../../support/clean-up.ts";
import { movedClock } from "../../support/moved-clock.ts";

const logger = createLogger({ level: "silent", destination: { write: () => {} } });

function configOf(more: object = {}): ServerConfig {
  const text = JSON.stringify({ version: "1.3.17", mcpServers: { mail: { command: "mail", args: [], ...more } } });
  const server = loadConfig(text, "librechat.yaml").config?.servers.get("mail");
  if (server === undefined) throw new Error("the configuration cannot be read");
  return server;
}

function tool(name: string, annotations: ToolAnnotationsView = {}): McpTool {
  const definition = { name, inputSchema: { type: "object" as const }, annotations: { ...annotations } };
  const shown = { title: null, description: null, outputSchema: null, annotations: { ...annotations } };
  return { name, ...shown, inputSchema: definition.inputSchema, definition };
}

function opened() {
  const clock = movedClock();
  const stores = openSqliteStores(":memory:");
  const permissions = openPermissions({
    stores,
    clock,
    sink: { serverSaid: () => {} },
    logger,
    argumentChecks: { check: () => {} },
  });
  cleanups.push(async () => {
    permissions.close();
    await stores.close();
  });
  const wanted = (change: Partial<WantedCall> = {}): WantedCall => {
    const args = change.arguments ?? { to: "bob" };
    const bound = { userId: "ann", config: configOf(), tool: tool("send"), by: "model", context: "chat:1" } as const;
    return { ...bound, arguments: args, argumentDigest: digestOf(args), ...change };
  };
  /** The question that came of it; null when it passed. */
  const asked = async (call: WantedCall): Promise<string | null> => {
    try {
      await permissions.admit(call);
      return null;
    } catch (error) {
      const id = approvalIdOf(error);
      if (id === null) throw error;
      return id;
    }
  };
  return { clock, stores, permissions, wanted, asked };
}

describe("a model's call", () => {
  it("[TOOL-27] is asked about by default, whatever hints say and however often it comes", async () => {
    const { permissions, wanted, asked } = opened();
    for (const hints of [{}, { readOnlyHint: true }, { readOnlyHint: false, destructiveHint: false, idempotentHint: true }])
      expect(await asked(wanted({ tool: tool("write", hints) }))).not.toBeNull();
    const [one, two] = [await asked(wanted()), await asked(wanted())];
    expect(one).not.toBe(two);
    expect((await permissions.approvals.list("ann")).map(({ why, context }) => [why, context])).toEqual(
      Array.from({ length: 5 }, () => ["default", "chat:1"]),
    );
    expect(await permissions.verdict("ann", configOf(), tool("send"), "model")).toMatchObject({ answer: "ask", why: "default" });
  });

  it("that only reads is asked about once, where the operator put the server; one that writes each time", async () => {
    const { permissions, wanted, asked } = opened();
    const reading = wanted({ tool: tool("read", { readOnlyHint: true }) });
    const first = (await asked(reading)) ?? "";
    expect((await permissions.approvals.list("ann"))[0]).toMatchObject({ asksOnce: true, toolClass: "read" });
    await permissions.answer("ann", first, { action: "approve" });
    expect(await asked({ ...reading, approval: first })).toBeNull();
    expect(await asked({ ...reading, arguments: {}, argumentDigest: digestOf({}) })).toBeNull();
    expect(await asked({ ...reading, config: { ...configOf(), origin: "ui", name: "own" } })).not.toBeNull();
    const writing = (await asked(wanted())) ?? "";
    await permissions.answer("ann", writing, { action: "approve" });
    expect(await asked(wanted({ approval: writing }))).toBeNull();
    expect(await asked(wanted())).not.toBeNull();
  });

  it("is answered while its caller waits, with the arguments as they were edited, or with why not", async () => {
    const { permissions, wanted, asked } = opened();
    const [yes, no, gone] = [await asked(wanted()), await asked(wanted()), await asked(wanted())].map(String);
    const decided = [yes, no, gone].map((id) => permissions.approvals.decided("ann", String(id)));
    await permissions.answer("ann", String(yes), { action: "approve", arguments: { to: "ben" } });
    await permissions.answer("ann", String(no), { action: "reject", reason: "not now" });
    await permissions.approvals.withdraw("ann", String(gone));
    expect(await Promise.all(decided)).toEqual([
      { state: "approved", arguments: { to: "ben" } },
      { state: "rejected", reason: "not now" },
      { state: "withdrawn" },
    ]);
    expect(await permissions.approvals.decided("ann", String(yes))).toMatchObject({ state: "approved" });
    expect(await permissions.approvals.decision("bob", String(yes))).toBeNull();
    const stop = new AbortController();
    const waiting = permissions.approvals.decided("ann", String(await asked(wanted())), stop.signal);
    stop.abort(new Error("the turn was stopped"));
    await expect(waiting).rejects.toThrow("the turn was stopped");
  });

  it("can be answered for a day, and what was approved used for ten minutes", async () => {
    const { clock, permissions, wanted, asked } = opened();
    const late = (await asked(wanted())) ?? "";
    const decided = permissions.approvals.decided("ann", late);
    await clock.advance(24 * 60 * 60_000 + 20_000);
    expect(await decided).toEqual({ state: "expired" });
    await expect(permissions.answer("ann", late, { action: "approve" })).rejects.toMatchObject({ code: "APPROVAL_UNKNOWN" });
    const unused = (await asked(wanted())) ?? "";
    await permissions.answer("ann", unused, { action: "approve" });
    await clock.advance(10 * 60_000);
    await expect(asked(wanted({ approval: unused }))).rejects.toMatchObject({
      code: "APPROVAL_REFUSED",
      message: expect.stringContaining("not used in time"),
    });
  });

  it("is bounded: a hundred wait at most, and what cannot be shown is refused", async () => {
    const { wanted, asked } = opened();
    for (let nth = 0; nth < 100; nth += 1) await asked(wanted());
    await expect(asked(wanted())).rejects.toMatchObject({ code: "LIMIT_REACHED" });
    const long = { to: "x".repeat(300_000) };
    await expect(asked(wanted({ userId: "bob", arguments: long }))).rejects.toMatchObject({ code: "APPROVAL_REFUSED" });
  });

  it.each([
    [{ mode: "bypass" }, "send", "allow"],
    [{ mode: "bypass", deny: ["se*"] }, "send", "never"],
    [{ mode: "dontAsk" }, "send", "never"],
    [{ mode: "dontAsk", allow: ["send"] }, "send", "allow"],
    [{ allow: ["read_*"] }, "read_mail", "allow"],
    [{ allow: ["read_*"] }, "thread_read_", "ask"],
    [{ allow: ["*"], ask: ["*_all"] }, "delete_all", "ask"],
    [{ allow: ["a.b"] }, "axb", "ask"],
  ])("follows the operator's %j for %s: %s", async (toolApproval, name, answer) => {
    const { permissions } = opened();
    expect(await permissions.verdict("ann", configOf({ toolApproval }), tool(name), "model")).toMatchObject({ answer });
  });

  it("passes without a promise where everything is in memory", async () => {
    const { permissions, wanted } = opened();
    const mine = wanted({ by: "person" });
    await permissions.admit(mine);
    expect(permissions.admit(mine)).toBeUndefined();
  });
});
