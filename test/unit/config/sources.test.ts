import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../api/ports/clock.ts";
import type { ConfigSource } from "../../../config/source/config-source.ts";
import { fileSource } from "../../../config/source/file-source.ts";
import { openSource } from "../../../config/source/open-source.ts";

let folder: string;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patchbay-source-"));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

/** Each `next` is fulfilled by the first call since it was asked for. */
function watched(source: ConfigSource): { next: () => Promise<void> } {
  let notify = () => {};
  ends.push(source.watch(() => notify()));
  return { next: () => new Promise<void>((resolve) => (notify = resolve)) };
}

async function text(source: ConfigSource): Promise<string> {
  const read = await source.read();
  return read.ok ? Buffer.from(read.bytes).toString() : read.problem.message;
}

describe("a file as a source", () => {
  it("notices a save in place, and every save by renaming", async () => {
    const path = join(folder, "librechat.yaml");
    await writeFile(path, "0");
    const source = fileSource(path, { clock: systemClock, pollMs: 60_000 });
    const { next } = watched(source);
    for (let time = 1; time <= 3; time += 1) {
      const changed = next();
      await writeFile(`${path}.tmp`, `${time}`);
      await rename(`${path}.tmp`, path);
      await changed;
      expect(await text(source)).toBe(`${time}`);
    }
    const changed = next();
    await writeFile(path, "in place");
    await changed;
  });

  it("notices a swapped link and a replaced folder by looking now and then", async () => {
    const mounted = join(folder, "mounted");
    const path = join(mounted, "librechat.yaml");
    for (const version of ["one", "two"]) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, "librechat.yaml"), version);
    }
    await symlink(join(folder, "one"), mounted);
    const source = fileSource(path, { clock: systemClock, pollMs: 20 });
    const { next } = watched(source);
    expect(await text(source)).toBe("one");
    const changed = next();
    await symlink(join(folder, "two"), `${mounted}.new`);
    await rename(`${mounted}.new`, mounted);
    await changed;
    expect(await text(source)).toBe("two");
  });

  it("watches for a file that is not there yet, and says so", async () => {
    const source = openSource(join(folder, "later.yaml"), { clock: systemClock });
    expect(await text(source)).toBe("there is no such file");
    const { next } = watched(source);
    const changed = next();
    await writeFile(join(folder, "later.yaml"), "x");
    await changed;
    expect(await text(source)).toBe("x");
  });
});

describe("an address as a source", () => {
  it("is asked with its ETag, and its faults are problems without secrets in them", async () => {
    let body = "one";
    let status = 200;
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers["if-none-match"]);
      const etag = `"${body}"`;
      if (request.headers["if-none-match"] === etag) return response.writeHead(304).end();
      response.writeHead(status, { etag }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(
      () => new Promise((resolve) => server.close(resolve)),
      () => server.closeAllConnections(),
    );
    const source = openSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/c.yaml?token=CANARY`, {
      clock: systemClock,
    });
    expect(await text(source)).toBe("one");
    expect(await text(source)).toBe("one");
    expect(seen).toEqual([undefined, '"one"']);
    body = "two";
    expect(await text(source)).toBe("two");
    body = "three";
    status = 503;
    const read = await source.read();
    expect(read).toMatchObject({ ok: false, problem: { message: "the address answers 503" } });
    expect(JSON.stringify([read, source.name])).not.toContain("CANARY");
  });
});
