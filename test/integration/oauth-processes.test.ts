import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startProtectedServer } from "../servers/protected-server.ts";
import { type ScriptedIdp, startScriptedIdp } from "../servers/scripted-idp.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { type RunningHouse, startHouse } from "../support/house.ts";
import type { HouseProcess } from "../support/house-process.ts";
import { echo, signedIn, stateOf } from "../support/oauth-world.ts";

const PROGRAM = fileURLToPath(new URL("../support/house-process.ts", import.meta.url));
const TIMES = 10;

interface Pair {
  idp: ScriptedIdp;
  /** The instance in this process. */
  house: RunningHouse;
  /** The other one. */
  other: ChildProcess;
  /** The same person's call by way of the other instance; null when that is gone. */
  callThere(): Promise<{ status: number; code?: string } | null>;
  now(): number;
}

/** Two instances over one store and one clock, the second in a process of its own; Ann is signed in. */
async function pair(): Promise<Pair> {
  const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-pair-"));
  cleanups.push(() => rmSync(dataFolder, { recursive: true, force: true }));
  const idp = await kept(startScriptedIdp());
  const server = await kept(startProtectedServer(idp));
  const mcpServers = { notes: { title: "Notes", type: "streamable-http", url: server.url } };
  const more = { mcpSettings: { allowedAddresses: [`127.0.0.1:${idp.port}`] } };
  const clock = fastClock(TIMES, Date.now());
  const startedAt = clock.now();
  const shared = fastClock(TIMES, startedAt);
  const house = await kept(startHouse(mcpServers, { hosted: true, dataFolder, more, clock: shared }));
  const given: HouseProcess = { dataFolder, mcpServers, more, clock: { times: TIMES, startedAt } };
  const other = spawn(process.execPath, [PROGRAM, JSON.stringify(given)], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => other.kill("SIGKILL"));
  const url = await new Promise<string>((resolve) => other.stdout.once("data", (line: Buffer) => resolve(String(line).trim())));
  await signedIn(house, "ann");
  const callThere = async () => {
    const headers = { "content-type": "application/json", "x-host-user": "ann" };
    const body = JSON.stringify({ arguments: { message: "there" } });
    const answer = await fetch(`${url}/api/mcp/notes/tools/echo/call`, { method: "POST", headers, body }).catch(() => null);
    if (answer === null) return null;
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    return { status: answer.status, code };
  };
  expect((await callThere())?.status).toBe(200);
  return { idp, house, other, callThere, now: shared.now };
}

/** Runs this when the next refresh has reached the authorization server, before it is answered. */
function onNextRefresh(idp: ScriptedIdp, run: () => void): void {
  idp.instead.set("/token", ({ params }) => {
    if (params.get("grant_type") !== "refresh_token") return false;
    idp.instead.delete("/token");
    run();
    return false;
  });
}

describe("a process that renews a sign-in", () => {
  it("[F-OA-03] and is killed before it saved: another tries once when the lock is over, and asks the person", async () => {
    const { idp, house, other, callThere, now } = await pair();
    const ann = await house.user("ann");
    await echo(ann);
    idp.expireAll();
    let killedAt = 0;
    onNextRefresh(idp, () => {
      killedAt = now();
      other.kill("SIGKILL");
    });
    expect(await callThere()).toBeNull();
    const answer = await echo(ann);
    expect(answer.body.code).toBe("OAUTH_REQUIRED");
    expect(now() - killedAt).toBeLessThan(17_000);
    expect(idp.tokenPosts("refresh_token").length).toBe(2);
    expect((await stateOf(ann)).state).toBe("oauth_required");
    for (let index = 0; index < 5; index += 1) expect((await echo(ann)).body.code).toBe("OAUTH_REQUIRED");
    expect(idp.tokenPosts("refresh_token").length).toBe(2);
    expect(house.log.filter((line) => line.includes("a sign-in has ended")).length).toBe(1);
  }, 30_000);

  it("[F-OA-04] and is stopped for 20 s meanwhile: what it saves too late overwrites nothing", async () => {
    const { idp, house, other, callThere } = await pair();
    const ann = await house.user("ann");
    await echo(ann);
    idp.expireAll();
    const stopped = new Promise<void>((resolve) =>
      onNextRefresh(idp, () => {
        other.kill("SIGSTOP");
        resolve();
      }),
    );
    const late = callThere();
    await stopped;
    expect((await echo(ann)).body.code).toBe("OAUTH_REQUIRED");
    // Signed in anew while the other one sleeps on tokens of the old sign-in.
    await signedIn(house, "ann");
    const [fresh] = (await ann.ask("GET", "/api/mcp/grants")).body.grants;
    await sleep(20_000 / TIMES);
    other.kill("SIGCONT");
    expect(await late).not.toBeNull();
    expect((await ann.ask("GET", "/api/mcp/grants")).body.grants).toEqual([fresh]);
    expect((await echo(ann)).status).toBe(200);
    expect((await callThere())?.status).toBe(200);
    expect(idp.tokenPosts("refresh_token").length).toBe(2);
  }, 30_000);
});
