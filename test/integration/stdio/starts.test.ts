import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { cleanups, kept } from "../../support/clean-up.ts";
import { fastClock } from "../../support/fast-clock.ts";
import { type Caller, configText, startHouse } from "../../support/house.ts";
import { countSpawns } from "../../support/spawn-count.ts";

const connect = (who: Caller, server: string) => who.ask("POST", `/api/mcp/${server}/connect`);
const status = async (who: Caller, server: string) => (await who.ask("GET", `/api/mcp/connection/status/${server}`)).body.status;
const call = (who: Caller, server: string) =>
  who.ask("POST", `/api/mcp/${server}/tools/echo/call`, { arguments: { message: "x" } });

describe("a program that cannot be started", () => {
  it("[F-STD-02] is tried once, and again only when a person asks or the file changes", async () => {
    const house = await kept(startHouse({ gone: { command: "nope-3f1c", args: [] } }, { hosted: true, clock: fastClock(60) }));
    const ann = await house.user("ann");
    const spawns = countSpawns("nope-3f1c");
    cleanups.push(spawns.stop);
    const { status: http, body } = await connect(ann, "gone");
    expect([http, body.code]).toEqual([502, "COMMAND_NOT_FOUND"]);
    expect(body.message).toContain('the command "nope-3f1c" was not found');
    for (let count = 0; count < 3; count += 1) expect((await call(ann, "gone")).body.code).toBe("COMMAND_NOT_FOUND");
    // Two minutes of the house's time, in which anything that may pass would have been tried again.
    await sleep(2_000);
    expect(await status(ann, "gone")).toMatchObject({
      state: "error",
      reason: { code: "COMMAND_NOT_FOUND", message: expect.stringContaining("nope-3f1c") },
      retryAt: null,
    });
    expect(spawns.count()).toBe(1);

    await ann.ask("POST", "/api/mcp/gone/reinitialize");
    expect(spawns.count()).toBe(2);

    // Half an hour by the house's clock is half a minute.
    writeFileSync(house.configPath, configText({ gone: { ...stdioFixture(), initTimeout: 1_800_000 } }));
    await expect.poll(async () => (await status(ann, "gone")).state, { timeout: 15_000 }).toBe("connected");
    expect((await call(ann, "gone")).status).toBe(200);
    expect(spawns.count()).toBe(2);
  });

  it("and ends before it has answered, is told with how it ended", async () => {
    const ends = (how: string) => ({ command: process.execPath, args: ["-e", how] });
    const entries = { refuses: ends("process.exit(3)"), breaks: ends('process.kill(process.pid, "SIGSEGV")') };
    const house = await kept(startHouse(entries, { hosted: true }));
    const ann = await house.user("ann");
    const told = async (server: string) => (await connect(ann, server)).body;
    expect(await told("refuses")).toMatchObject({
      code: "CONNECT_FAILED",
      message: expect.stringContaining("ended with code 3"),
    });
    expect(await told("breaks")).toMatchObject({ code: "CONNECT_FAILED", message: expect.stringContaining("ended by SIGSEGV") });
  });

  it("[F-STD-02] is told apart from trouble that passes, whatever the system finds wrong with it", async () => {
    const house = await startHouse({}, { hosted: true });
    cleanups.push(house.close);
    const folder = join(house.dataFolder, "programs");
    mkdirSync(folder);
    writeFileSync(join(folder, "plain.txt"), "no program\n");
    chmodSync(join(folder, "plain.txt"), 0o644);
    const entries = {
      notExecutable: { command: join(folder, "plain.txt"), args: [] },
      folder: { command: folder, args: [] },
      belowAFile: { command: join(folder, "plain.txt", "server"), args: [] },
      noFolder: { command: process.execPath, args: [], cwd: join(folder, "missing") },
      tooMuch: { command: process.execPath, args: ["x".repeat(200_000)] },
    };
    writeFileSync(house.configPath, configText(entries));
    const ann = await house.user("ann");
    await expect.poll(async () => (await connect(ann, "tooMuch")).status, { timeout: 5_000 }).not.toBe(404);
    for (const [name, { command }] of Object.entries(entries)) {
      const { body } = await connect(ann, name);
      expect([name, body.code, (await status(ann, name)).retryAt]).toEqual([name, "COMMAND_NOT_FOUND", null]);
      expect(body.message).toContain(command);
    }
  });
});
