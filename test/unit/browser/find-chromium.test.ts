import { describe, expect, it } from "vitest";
import { type ChromiumSources, findChromium, MISSING } from "../../browser/find-chromium.ts";

/** Everything is there and starts, unless a case says otherwise. `asked` tells what was tried, in order. */
function sources(change: Partial<ChromiumSources> = {}, broken: string[] = []) {
  const asked: string[] = [];
  const all: ChromiumSources = {
    chosen: undefined,
    installed: ["/usr/bin/chromium"],
    bundled: async () => "/tmp/chromium",
    install: async () => "/usr/bin/chromium-new",
    starts: async (path) => {
      asked.push(path);
      return broken.includes(path) ? null : "Chromium 1";
    },
    ...change,
  };
  return { all, asked };
}

describe("finding a Chromium", () => {
  it("takes the one that was chosen, and no other when that one does not start", async () => {
    const { all, asked } = sources({ chosen: "/opt/chrome" });
    expect(await findChromium(all)).toEqual({ path: "/opt/chrome", version: "Chromium 1" });
    await expect(findChromium(sources({ chosen: "/opt/chrome" }, ["/opt/chrome"]).all)).rejects.toThrow("CHROMIUM_PATH");
    expect(asked).toEqual(["/opt/chrome"]);
  });

  it("tries the bundled one, then the system's, then installs one", async () => {
    const { all, asked } = sources({}, ["/usr/bin/chromium", "/tmp/chromium"]);
    expect(await findChromium(all)).toMatchObject({ path: "/usr/bin/chromium-new" });
    expect(asked).toEqual(["/tmp/chromium", "/usr/bin/chromium", "/usr/bin/chromium-new"]);
  });

  it("says the one command that is missing when there is none", async () => {
    const { all } = sources({ installed: [], bundled: async () => null, install: async () => null });
    await expect(findChromium(all)).rejects.toThrow(MISSING);
  });
});
