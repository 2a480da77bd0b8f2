import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { cleanups, kept } from "../../support/clean-up.ts";
import { type Caller, configText, startHouse } from "../../support/house.ts";
import { countSpawns } from "../../support/spawn-count.ts";

const NOBODY = 65_534;
const connect = async (who: Caller, server: string) => (await who.ask("POST", `/api/mcp/${server}/connect`)).body;
const say = async (who: Caller, server: string, tool: string, args: object = {}): Promise<string> =>
  (await who.ask("POST", `/api/mcp/${server}/tools/${tool}/call`, { arguments: args })).body.content[0].text;

function folderForAll(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-programs-"));
  chmodSync(folder, 0o755);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The nosy program and a node to run it, where every user of the machine can. */
function nosyProgram(): { command: string; args: string[]; cwd: string } {
  const cwd = folderForAll();
  const script = join(cwd, "nosy.ts");
  copyFileSync(fileURLToPath(new URL("../../servers/nosy-stdio-server.ts", import.meta.url)), script);
  chmodSync(script, 0o644);
  let command = process.execPath;
  if (spawnSync(command, ["--version"], { uid: NOBODY, gid: NOBODY, cwd }).status !== 0) {
    command = join(cwd, "node");
    copyFileSync(process.execPath, command);
    chmodSync(command, 0o755);
  }
  return { command, args: [script], cwd };
}

describe("a program in the file", () => {
  it("[STDIO-07] is looked for beside the file, not where it is started; that is written down", async () => {
    const planted = folderForAll();
    writeFileSync(join(planted, "server"), "#!/bin/sh\necho planted >&2\nexit 9\n", { mode: 0o755 });
    const house = await kept(startHouse({}, { hosted: true }));
    const folder = dirname(house.configPath);
    const { command, args } = stdioFixture();
    writeFileSync(join(folder, "server"), `#!/bin/sh\nexec ${command} ${args.join(" ")}\n`, { mode: 0o755 });
    writeFileSync(house.configPath, configText({ one: { command: "./server", args: [], cwd: planted } }));
    const ann = await house.user("ann");
    await expect.poll(async () => (await connect(ann, "one")).status?.state, { timeout: 10_000 }).toBe("connected");
    expect(JSON.parse(await say(ann, "one", "environment")).cwd).toBe(planted);
    const told = house.log.map((line) => JSON.parse(line)).find(({ written }) => written === "./server");
    expect(told).toMatchObject({ server: "one", command: join(folder, "server") });
  });

  it("[STDIO-07] is refused when everybody can write it, or replace it, and is not started", async () => {
    const folder = folderForAll();
    const open = join(folder, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    const file = (path: string, mode: number) => {
      writeFileSync(path, "#!/bin/sh\nexit 0\n");
      chmodSync(path, mode);
      return path;
    };
    const script = file(join(folder, "script.sh"), 0o666);
    const servers = {
      writable: { command: file(join(folder, "writable"), 0o757), args: [] },
      replaceable: { command: file(join(open, "fine"), 0o755), args: [] },
      script: { command: "/bin/sh", args: ["-e", script] },
      inPath: { command: "writable", args: [], env: { PATH: folder } },
    };
    const house = await kept(startHouse(servers, { hosted: true }));
    const ann = await house.user("ann");
    const spawns = countSpawns(folder);
    cleanups.push(spawns.stop);
    for (const name of Object.keys(servers)) {
      const { code, message } = await connect(ann, name);
      expect([name, code]).toEqual([name, "COMMAND_UNSAFE"]);
      expect(message).toContain(folder);
      const { status } = (await ann.ask("GET", `/api/mcp/connection/status/${name}`)).body;
      expect(status).toMatchObject({ state: "error", retryAt: null });
    }
    expect(spawns.count()).toBe(0);
  });

  it("[STDIO-08] tells admins which package in which version it is fetched from, and nobody else", async () => {
    const pinned = { command: "npx", args: ["-y", "@scope/server@1.4.0"] };
    const house = await kept(startHouse({ pinned, loose: { command: "uvx", args: ["mcp-server-git"] } }, { hosted: true }));
    const packages = async (who: Caller) => {
      const servers = Object.values<{ package: string | null }>((await who.ask("GET", "/api/mcp/servers")).body);
      return servers.map((each) => each.package);
    };
    expect(await packages(await house.admin())).toEqual(["@scope/server@1.4.0", "mcp-server-git"]);
    expect(await packages(await house.user("ann"))).toEqual([null, null]);
    const { problems } = (await (await house.admin()).ask("GET", "/api/mcp/problems")).body;
    expect(problems).toMatchObject([{ severity: "warning", code: "package-unpinned", server: "loose" }]);
  });
});

describe("a program's home", () => {
  it("is a folder of its own below the data, with whatever npm keeps, and no secret when it is written down", async () => {
    const house = await kept(startHouse({ one: { ...stdioFixture(), env: { KEY: "very-secret-value" } } }, { hosted: true }));
    const ann = await house.user("ann");
    const { HOME: home, ...env } = JSON.parse(await say(ann, "one", "environment")).env;
    expect(dirname(home)).toBe(join(house.dataFolder, "homes"));
    expect(Object.keys(env).filter((name) => name.startsWith("npm_"))).toEqual([]);
    await say(ann, "one", "complain", { line: `very-secret-value: cannot write ${home}/.npm` });
    const stderr = async () => JSON.stringify((await (await house.admin()).ask("GET", "/api/mcp/one/stderr")).body.entries);
    await expect.poll(stderr).toContain(`***: cannot write ${home}/.npm`);
  });
});

describe("a program that looks around", () => {
  it("[STDIO-09] runs as another user where the file says so, and can open nothing of ours", async () => {
    const nosy = process.getuid?.() === 0 ? nosyProgram() : { command: process.execPath, args: [] };
    const house = await kept(startHouse({ fenced: { ...nosy, runAs: "nobody" }, same: nosy }, { hosted: true, env: {} }));
    const ann = await house.user("ann");
    if (process.getuid?.() !== 0) {
      console.log("[STDIO-09] this test does not run as root: shown is only that `runAs` is refused, not that it keeps out");
      expect(await connect(ann, "fenced")).toMatchObject({
        code: "COMMAND_NOT_FOUND",
        message: expect.stringContaining("only a platform that runs as root"),
      });
      return;
    }
    const who = JSON.parse(await say(ann, "fenced", "who"));
    expect([who.uid, who.ppid]).toEqual([NOBODY, process.pid]);
    expect(who.groups.filter((group: number) => group !== who.gid)).toEqual([]);
    const keys = join(house.dataFolder, "keys");
    const ours = [
      ...readdirSync(keys).map((name) => join(keys, name)),
      ...readdirSync(house.dataFolder)
        .filter((name) => name.endsWith(".db"))
        .map((name) => join(house.dataFolder, name)),
      house.configPath,
      "/proc/PPID/environ",
      "/proc/PPID/mem",
    ];
    expect(ours.length).toBeGreaterThanOrEqual(5);
    for (const path of ours) expect([path, await say(ann, "fenced", "read", { path })]).toEqual([path, "EACCES"]);
    // Without it a program is as we are: README, "Not defended".
    expect(await say(ann, "same", "read", { path: house.configPath })).toMatch(/^read \d+ bytes$/);
    expect((await ann.ask("POST", "/api/mcp/fenced/disconnect")).status).toBe(200);
  });

  it("[STDIO-09] is not started for a user this machine does not know", async () => {
    const house = await kept(startHouse({ one: { ...stdioFixture(), runAs: "no-such-user" } }, { hosted: true }));
    const { code, message } = await connect(await house.user("ann"), "one");
    expect([code, message]).toEqual([
      "COMMAND_NOT_FOUND",
      'the program is to run as "no-such-user", and this machine has no such user',
    ]);
  });
});
