import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

/** The status of the answer to exactly these lines, and all of it that came at once. */
async function answerTo(url: string, lines: readonly string[], body = ""): Promise<{ status: number; text: string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write([...lines, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"));
  const [answer] = await once(socket, "data");
  socket.destroy();
  return { status: Number(String(answer).split(" ")[1]), text: String(answer) };
}

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

describe("the name a request comes by", () => {
  it("[API-18] takes no change from a page of the public name that came without encryption", async () => {
    const { url, house } = await kept(startHouse({}, { publicUrl: "https://chat.test" }));
    const token = await house.accounts?.issueSetupToken();
    const body = JSON.stringify({ token, email: "a@example.org", name: "A", password: "short" });
    const from = async (origin: string, host = "chat.test") => {
      const lines = ["POST /api/setup HTTP/1.1", `Host: ${host}`, `Origin: ${origin}`, "Content-Type: application/json"];
      const { status, text } = await answerTo(url, lines, body);
      return `${status} ${/"code":"(\w+)"/.exec(text)?.[1]}`;
    };
    for (const origin of ["http://chat.test", "https://chat.test:8443", "https://other.test"])
      expect([origin, await from(origin)]).toEqual([origin, "403 ORIGIN_REFUSED"]);
    for (const origin of ["https://chat.test", "https://chat.test:443"])
      expect([origin, await from(origin)]).toEqual([origin, "400 REQUEST_INVALID"]);
    // On the machine itself and in its network it has other names.
    expect(await from("http://localhost:3080", "localhost:3080")).toBe("400 REQUEST_INVALID");
  });

  it.each([
    ["GET", "/api/auth/me", []],
    ["GET", "/health/live", []],
    ["GET", "/", []],
    ["POST", "/api/mcp/away/tools/echo/call", []],
    ["GET", "/socket.io/?EIO=4&transport=polling", []],
    ["GET", "/socket.io/?EIO=4&transport=websocket", UPGRADE],
  ])("is one: two Host headers are refused, %s %s", async (method, path, more) => {
    const { url } = await kept(startHouse({}, { hosted: true }));
    const { host } = new URL(url);
    const body = method === "POST" ? "{}" : "";
    const statusOf = async (...hosts: string[]) => {
      const names = hosts.map((name) => `hOst: ${name}`);
      return (
        await answerTo(
          url,
          [`${method} ${path} HTTP/1.1`, ...names, "X-Host-User: ann", "Content-Type: application/json", ...more],
          body,
        )
      ).status;
    };
    expect(await statusOf(host)).not.toBe(400);
    for (const other of [host, "evil.test"])
      expect([await statusOf(host, other), await statusOf(other, host)]).toEqual([400, 400]);
  });
});
