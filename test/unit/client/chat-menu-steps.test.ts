import { describe, expect, it } from "vitest";
import { matching, nextStepOf, toggled } from "../../../client/src/features/chat/menu/next-step.ts";
import type { ConnectionState, ConnectionStatus, ServerView, StatusReason } from "../../../schemas/wire.ts";

const server: ServerView = {
  name: "notes",
  title: "Notes",
  description: "Keeps notes",
  iconPath: null,
  transport: "stdio",
  startup: true,
  chatMenu: true,
  requiresOAuth: false,
  source: "operator",
  canEdit: false,
  url: null,
  package: null,
  userVars: [],
};
const value = { name: "KEY", title: "Key", description: "", sensitive: true };
const status = (state: ConnectionState, code: StatusReason["code"] | null = null): ConnectionStatus => ({
  server: "notes",
  state,
  reason: code === null ? null : { code, message: "why" },
  since: 0,
  retryAt: null,
  warnings: [],
  version: 1,
});

describe("a row of the menu offers", () => {
  it.each([
    [status("connected"), [], null],
    [status("connected"), [{ ...value, set: true }], "configure"],
    [status("disconnected"), [], "initialize"],
    [status("disconnected"), [{ ...value, set: false }], "configure"],
    [status("error", "CONNECT_FAILED"), [], "reinitialize"],
    [status("error", "USER_VARS_MISSING"), [{ ...value, set: true }], "configure"],
    [status("error", "CREDENTIALS_REFUSED"), [{ ...value, set: true }], "configure"],
    [status("error", "CREDENTIALS_REFUSED"), [], "reinitialize"],
    [status("oauth_required", "OAUTH_REQUIRED"), [], "sign-in"],
    [status("initializing"), [], "wait"],
    [status("cancelling"), [], "wait"],
    [status("initializing", "SIGNING_IN"), [], "cancel-sign-in"],
    [null, [], "wait"],
  ] as const)("%o with values %o: %s", (at, userVars, step) => {
    expect(nextStepOf({ server: { ...server, userVars }, status: at })).toBe(step);
  });
});

it("picks stay in their order, and what is not there any more goes with the next click", () => {
  const available = new Set(["a", "b"]);
  expect(toggled([], "b", available)).toEqual(["b"]);
  expect(toggled(["b", "gone"], "a", available)).toEqual(["b", "a"]);
  expect(toggled(["b", "gone", "a"], "b", available)).toEqual(["a"]);
});

it("a row is found by all the words of a search", () => {
  const entries = [{ server, status: null }];
  expect(matching(entries, "KEEPS notes")).toEqual(entries);
  expect(matching(entries, "notes weather")).toEqual([]);
});
