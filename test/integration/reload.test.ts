import { renameSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { NameLookup } from "../../api/egress/name-lookup.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { makeConnector } from "../support/connectors.ts";
import { type Caller, configText, type RunningHouse, startHouse } from "../support/house.ts";

const save = (house: RunningHouse, mcpServers: object) => writeFileSync(house.configPath, configText(mcpServers));
const echo = async (who: Caller, server: string, message: string) =>
  (await who.ask("POST", `/api/mcp/${server}/tools/echo/call`, { arguments: { message } })).body;
const titles = async (who: Caller) =>
  Object.values((await who.ask("GET", "/api/mcp/servers")).body).map((view) => (view as { title: string }).title);

describe("a saved file", () => {
  it("takes effect without a restart: added, relabelled, moved, removed, and nothing else moves", async () => {
    const server = await kept(startHttpServer());
    const entry = { type: "streamable-http", url: server.url };
    const house = await kept(startHouse({ a: { ...entry, title: "One" }, b: entry, c: entry }));
    const ann = await house.user("ann");
    for (const name of ["a", "b", "c"]) await ann.ask("POST", `/api/mcp/${name}/connect`);
    const sessions = () => new Set(server.ledger.headerValues("mcp-session-id").filter((id) => id !== undefined)).size;
    const before = sessions();
    save(house, { a: { ...entry, title: "Renamed" }, b: { ...entry, headers: { "X-New": "1" } }, d: entry });
    await expect.poll(() => titles(ann), { timeout: 3_000 }).toEqual(["Renamed", "b", "d"]);
    await expect.poll(() => new Set(server.ledger.headerValues("x-new"))).toContain("1");
    await expect.poll(() => sessions() - before).toBe(1);
    await expect.poll(() => server.sessionCount).toBe(2);
    expect((await ann.ask("POST", "/api/mcp/c/connect")).body.code).toBe("SERVER_UNKNOWN");
    expect(await echo(ann, "b", "moved")).toMatchObject({ isError: false });
  });

  it("[F-CFG-01] keeps the last good state when it is broken, and tells admins where", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({ a: { type: "streamable-http", url: server.url } }));
    const admin = await house.admin();
    const socket = admin.socket();
    const told = new Promise((resolve) => socket.on("config:problems", resolve));
    await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
    const savedAt = Date.now();
    writeFileSync(house.configPath, "version: 1.3.17\nmcpServers:\n  a: [unclosed\n");
    expect(await told).toMatchObject({ errors: 1 });
    const ms = Date.now() - savedAt;
    expect(ms).toBeLessThan(2_000);
    console.log(`admins saw a broken file's problems after ${ms} ms`);
    expect((await admin.ask("GET", "/api/mcp/problems")).body.problems[0]).toMatchObject({
      severity: "error",
      line: expect.any(Number),
    });
    const logged = () => house.log.map((line) => JSON.parse(line)).filter(({ msg }) => /configuration/.test(msg));
    expect(logged()).toMatchObject([{ level: 50, code: "yaml-syntax", line: expect.any(Number) }]);
    expect(await echo(admin, "a", "still here")).toMatchObject({ isError: false });
    writeFileSync(house.configPath, configText({ a: { type: "streamable-http", url: server.url, title: "A" } }));
    await expect
      .poll(() =>
        logged()
          .slice(1)
          .map(({ msg }) => msg),
      )
      .toEqual(["the configuration has no problems any more", "a changed configuration is in force"]);
  });

  it("[F-CFG-02] [F-CFG-03] [F-CFG-04] [F-CFG-07] moves nothing for a broken entry, a double key, a missing file, or a comment", async () => {
    const server = await kept(startHttpServer());
    const entry = { type: "streamable-http", url: server.url };
    const house = await kept(startHouse({ a: entry, b: entry }));
    const admin = await house.admin();
    for (const name of ["a", "b"]) await admin.ask("POST", `/api/mcp/${name}/connect`);
    const sessions = () => new Set(server.ledger.headerValues("mcp-session-id")).size;
    const before = sessions();
    const good = configText({ a: entry, b: entry });
    const problems = async () =>
      (await admin.ask("GET", "/api/mcp/problems")).body.problems as { message: string; line: number | null }[];
    const told = (words: RegExp) =>
      expect.poll(async () => (await problems()).some(({ message }) => words.test(message)), { timeout: 3_000 }).toBe(true);

    save(house, { a: { ...entry, timeout: "soon" }, b: entry });
    await told(/timeout/);
    writeFileSync(house.configPath, `${good}  a:\n    url: ${server.url}\n    startup: false\n`);
    await told(/twice|duplicate|already/i);
    renameSync(house.configPath, `${house.configPath}.away`);
    await expect.poll(async () => (await problems()).length, { timeout: 3_000 }).toBeGreaterThan(0);
    expect(await titles(admin)).toEqual(["a", "b"]);
    writeFileSync(house.configPath, `# only a comment\n${good}`);
    await expect.poll(problems, { timeout: 3_000 }).toEqual([]);
    for (const name of ["a", "b"]) expect(await echo(admin, name, "x")).toMatchObject({ isError: false });
    expect(sessions()).toBe(before);
  });

  it("waits for an admin when it would take most servers away", async () => {
    const entry = { type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false };
    const house = await kept(startHouse({ a: entry, b: entry, c: entry }));
    const [admin, ann] = [await house.admin(), await house.user("ann")];
    save(house, { a: entry });
    await expect
      .poll(async () => (await admin.ask("GET", "/api/mcp/problems")).body.pending, { timeout: 3_000 })
      .toMatchObject({ removed: ["b", "c"] });
    expect(await titles(admin)).toEqual(["a", "b", "c"]);
    expect((await ann.ask("POST", "/api/mcp/config/confirm")).body.code).toBe("ADMIN_REQUIRED");
    expect((await admin.ask("POST", "/api/mcp/config/confirm")).status).toBe(200);
    expect(await titles(admin)).toEqual(["a"]);
    expect((await admin.ask("POST", "/api/mcp/config/confirm")).body.code).toBe("NOTHING_PENDING");
  });

  it("shows a server to those its access rules name, and takes it away when they change", async () => {
    const server = await kept(startHttpServer());
    const entry = { type: "streamable-http", url: server.url, includedTools: ["echo"] };
    const house = await kept(startHouse({ a: entry, b: { type: "streamable-http", url: server.url } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const { tools } = (await bob.ask("GET", "/api/mcp/a/tools")).body;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(["echo"]);
    expect((await bob.ask("POST", "/api/mcp/a/tools/whoami/call", { arguments: {} })).body.code).toBe("TOOL_UNKNOWN");
    expect(server.sessionCount).toBe(1);
    save(house, { a: { ...entry, allowedUsers: ["ann@example.org"] }, b: { type: "streamable-http", url: server.url } });
    await expect.poll(() => titles(bob), { timeout: 3_000 }).toEqual(["b"]);
    expect(await titles(ann)).toEqual(["a", "b"]);
    await expect.poll(() => server.sessionCount).toBe(0);
    expect(await echo(bob, "a", "x")).toMatchObject({ code: "SERVER_UNKNOWN" });
  });

  it("ends what its settings forbid from now on, by name, by address and by list, and nothing else", async () => {
    const [listed, other] = [await kept(startHttpServer()), await kept(startHttpServer())];
    const names: NameLookup = async () => [{ address: "127.0.0.1", family: 4 }];
    const entry = { type: "streamable-http", url: other.url };
    const allowedAddresses = [listed, other].map(({ port }) => `127.0.0.1:${port}`);
    const more = { mcpSettings: { allowedAddresses } };
    const house = await kept(startHouse({ own: entry }, { hosted: true, lookup: names, more }));
    const ann = await house.user("ann");
    const addresses = { one: listed.url, two: other.url, three: `http://leads.example:${other.port}/mcp` };
    for (const [title, url] of Object.entries(addresses)) expect((await makeConnector(ann, url, { title })).status).toBe(201);
    const answers = async () =>
      Promise.all(["own", "one", "two", "three"].map(async (name) => (await echo(ann, name, "x")).code ?? "answered"));
    expect(await answers()).toEqual(["answered", "answered", "answered", "answered"]);

    writeFileSync(house.configPath, configText({ own: entry }, { mcpSettings: { allowedAddresses: [allowedAddresses[0]] } }));
    const narrower = ["answered", "answered", "TARGET_BLOCKED", "TARGET_BLOCKED"];
    await expect.poll(answers, { timeout: 5_000 }).toEqual(narrower);
    const statuses = (await ann.ask("GET", "/api/mcp/connection/status")).body.connectionStatus;
    expect(statuses.two).toMatchObject({ connectionState: "error" });

    const asked = other.ledger.requests.length;
    writeFileSync(
      house.configPath,
      configText({ own: entry }, { mcpSettings: { allowedDomains: [`127.0.0.1:${listed.port}`] } }),
    );
    const listedOnly = ["TARGET_BLOCKED", "answered", "TARGET_BLOCKED", "TARGET_BLOCKED"];
    await expect.poll(answers, { timeout: 5_000 }).toEqual(listedOnly);
    expect(other.sessionCount).toBe(0);
    expect(other.ledger.requests.length).toBeGreaterThan(asked);
  });

  it("[F-CFG-08] loses no call over 200 edits, good, bad, torn and renamed, on touched and untouched servers", async () => {
    const server = await kept(startHttpServer());
    const entry = { type: "streamable-http", url: server.url };
    const house = await kept(startHouse({ touched: entry, untouched: entry }));
    const ann = await house.user("ann");
    for (const name of ["touched", "untouched"]) await ann.ask("POST", `/api/mcp/${name}/connect`);
    let running = true;
    const answers: { isError?: boolean; code?: string }[] = [];
    const lane = async (name: string, index: number) => {
      for (let count = 0; running; count += 1) answers.push(await echo(ann, name, `${name}-${index}-${count}`));
    };
    const lanes = ["touched", "untouched"].flatMap((name) => [lane(name, 0), lane(name, 1)]);
    const appliedMs: number[] = [];
    for (let edit = 0; edit < 200; edit += 1) {
      const good = configText({ touched: { ...entry, headers: { "X-Edit": String(edit) } }, untouched: entry });
      if (edit % 4 === 1) writeFileSync(house.configPath, "mcpServers: [");
      else if (edit % 4 === 2) writeFileSync(house.configPath, good.slice(0, good.length / 2));
      else {
        if (edit % 4 === 3) {
          writeFileSync(`${house.configPath}.new`, good);
          renameSync(`${house.configPath}.new`, house.configPath);
        } else writeFileSync(house.configPath, good);
        const savedAt = Date.now();
        await expect
          .poll(() => server.ledger.headerValues("x-edit").includes(String(edit)), { timeout: 4_000, interval: 20 })
          .toBe(true);
        appliedMs.push(Date.now() - savedAt);
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    running = false;
    await Promise.all(lanes);
    expect(answers.filter(({ isError }) => isError !== false)).toEqual([]);
    const sent = new Set(server.ledger.callsOf("echo").map(({ arguments: { message } }) => message));
    expect([sent.size, server.ledger.callsOf("echo").length]).toEqual([answers.length, answers.length]);
    expect(Math.max(...appliedMs)).toBeLessThan(2_000);
    console.log(
      `reload under load: ${answers.length} calls, 0 lost, 0 repeated; ${appliedMs.length} good edits in use after ${Math.max(...appliedMs)} ms at most`,
    );
  }, 240_000);
});
