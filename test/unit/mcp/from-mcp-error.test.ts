import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from "../../../api/mcp/sdk.ts";
import { fromMcpError } from "../../../api/mcp/session/from-mcp-error.ts";

const http = (status: number) => new SdkHttpError(SdkErrorCode.ClientHttpFailedToOpenStream, `HTTP ${status}`, { status });
const network = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
const code = (error: unknown, phase: "connect" | "call") => fromMcpError(error, { phase }).code;

describe("foreign errors", () => {
  it("keep an error of ours, wherever in the causes it hides", () => {
    const own = new AppError("TARGET_BLOCKED", "no");
    expect(fromMcpError(new TypeError("fetch failed", { cause: own }), { phase: "connect" })).toBe(own);
  });

  it("say whether a call may have run", () => {
    expect(code(network("ECONNREFUSED"), "call")).toBe("CONNECTION_CLOSED");
    expect(code(network("ECONNRESET"), "call")).toBe("OUTCOME_UNKNOWN");
    expect(code(http(503), "call")).toBe("OUTCOME_UNKNOWN");
    expect(code(new SdkError(SdkErrorCode.ConnectionClosed, "closed"), "call")).toBe("OUTCOME_UNKNOWN");
    expect(code(new SdkError(SdkErrorCode.NotConnected, "not"), "call")).toBe("CONNECTION_CLOSED");
    expect(code(http(503), "connect")).toBe("CONNECT_FAILED");
  });

  it("tell what a server said to the first question instead of an answer", () => {
    const failed = (cause: Error) => new SdkError(SdkErrorCode.EraNegotiationFailed, "probe", undefined, { cause });
    const zod = Object.assign(new Error('[ { "code": "invalid_union" } ]'), { name: "ZodError" });
    const told = (cause: Error) => fromMcpError(failed(cause), { phase: "connect" });
    expect(told(zod)).toMatchObject({ code: "PROTOCOL_ERROR", message: "the server's answer does not follow JSON-RPC" });
    expect(told(new SyntaxError("Unexpected token"))).toMatchObject({
      code: "PROTOCOL_ERROR",
      message: "the server's answer is not JSON",
    });
    expect(told(network("ECONNREFUSED"))).toMatchObject({ code: "CONNECT_FAILED" });
  });

  it("tell a refused key from a wanted sign-in", () => {
    const refusal = { status: 401, wwwAuthenticate: null, retryAfter: null };
    const sentKey = { phase: "connect", sentCredentials: true, refusal } as const;
    expect(fromMcpError(http(401), sentKey).code).toBe("CREDENTIALS_REFUSED");
    expect(fromMcpError(new UnauthorizedError("no"), { phase: "connect", sentCredentials: false, refusal }).code).toBe(
      "OAUTH_REQUIRED",
    );
    const challenge = { ...refusal, wwwAuthenticate: 'Bearer resource_metadata="https://a.example/x"' };
    expect(fromMcpError(http(401), { ...sentKey, refusal: challenge }).code).toBe("OAUTH_REQUIRED");
    expect(code(http(403), "connect")).toBe("CREDENTIALS_REFUSED");
  });

  it("carry Retry-After of a 429", () => {
    const refusal = { status: 429, wwwAuthenticate: null, retryAfter: "7" };
    expect(fromMcpError(http(429), { phase: "call", refusal })).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 7_000 });
  });

  it("carry Retry-After of a 503 while connecting, and none that would last for days", () => {
    const waits = (status: number, retryAfter: string) =>
      fromMcpError(http(status), { phase: "connect", refusal: { status, wwwAuthenticate: null, retryAfter } }).retryAfterMs;
    expect(waits(503, "20")).toBe(20_000);
    expect([waits(503, "0"), waits(503, "-1"), waits(503, "soon")]).toEqual([undefined, undefined, undefined]);
    expect([waits(429, "99999999999"), waits(503, "Infinity")]).toEqual([3_600_000, 3_600_000]);
  });

  it("hand on a server's words as one bounded line", () => {
    const { message } = fromMcpError(new ProtocolError(-32000, `bad\u0007\n\u202ething ${"x".repeat(5_000)}`), { phase: "call" });
    expect(message).toContain("bad thing");
    expect(message.length).toBeLessThan(600);
  });
});
