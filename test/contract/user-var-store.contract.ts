import { describe, expect, it } from "vitest";
import { freshStores, NOT_TEXT, type Open } from "./open-stores.ts";
import { sealedSample } from "./sealed-sample.ts";

export function describeUserVarStore(name: string, open: Open): void {
  describe(`${name} is a UserVarStore`, () => {
    const fresh = freshStores(open);

    it("keeps users and servers apart", async () => {
      const { userVars } = fresh.now.stores;
      await userVars.set("ann", "github", { TOKEN: sealedSample("a") });
      await userVars.set("ann", "jira", { TOKEN: sealedSample("j") });
      expect(await userVars.get("ann", "github")).toEqual({ TOKEN: sealedSample("a") });
      expect(await userVars.get("bob", "github")).toEqual({});
      expect(await userVars.get("ann", "git")).toEqual({});
    });

    it("does not mix up a user and a server whose names run together", async () => {
      const { userVars } = fresh.now.stores;
      await userVars.set("ann", "b:c", { TOKEN: sealedSample("1") });
      await userVars.set("ann:b", "c", { TOKEN: sealedSample("2") });
      expect(await userVars.get("ann", "b:c")).toEqual({ TOKEN: sealedSample("1") });
      expect(await userVars.get("ann:b", "c")).toEqual({ TOKEN: sealedSample("2") });
    });

    it("sets and removes the names it is given and leaves the others", async () => {
      const { userVars } = fresh.now.stores;
      await userVars.set("ann", "github", { A: sealedSample("1"), B: sealedSample("2"), C: sealedSample("3") });
      await userVars.set("ann", "github", { A: sealedSample("4"), B: null, D: null });
      expect(await userVars.get("ann", "github")).toEqual({ A: sealedSample("4"), C: sealedSample("3") });
    });

    it("takes any name, also those a database or JavaScript would read as something else", async () => {
      const { userVars } = fresh.now.stores;
      const values = Object.fromEntries(["a.b", "$set", "__proto__", "constructor", ""].map((one) => [one, sealedSample(one)]));
      await userVars.set("ann", "my.server$", values);
      expect(Object.entries(await userVars.get("ann", "my.server$")).sort()).toEqual(Object.entries(values).sort());
      expect(await userVars.names("ann")).toEqual({ "my.server$": Object.keys(values).sort() });
    });

    it("tells which names are set, by server", async () => {
      const { userVars } = fresh.now.stores;
      await userVars.set("ann", "github", { B: sealedSample("1"), A: sealedSample("2") });
      await userVars.set("ann", "jira", { TOKEN: sealedSample("3") });
      await userVars.set("ann", "jira", { TOKEN: null });
      await userVars.set("bob", "github", { TOKEN: sealedSample("4") });
      expect(await userVars.names("ann")).toEqual({ github: ["A", "B"] });
      expect(await userVars.names("eve")).toEqual({});
    });

    it("clears one server of one user, or all of a user", async () => {
      const { userVars } = fresh.now.stores;
      for (const user of ["ann", "bob"])
        for (const server of ["x", "y"]) await userVars.set(user, server, { T: sealedSample("1") });
      await userVars.clear("ann", "x");
      await userVars.clear("ann", "x");
      expect(await userVars.names("ann")).toEqual({ y: ["T"] });
      await userVars.clearUser("ann");
      expect(await userVars.names("ann")).toEqual({});
      expect(await userVars.names("bob")).toEqual({ x: ["T"], y: ["T"] });
    });

    it("loses none of 20 values set at once", async () => {
      const { userVars } = fresh.now.stores;
      const names = Array.from({ length: 20 }, (_, nth) => `VAR_${String(nth).padStart(2, "0")}`);
      await Promise.all(names.map((one) => userVars.set("ann", "github", { [one]: sealedSample(one) })));
      expect(await userVars.names("ann")).toEqual({ github: names });
    });

    it("keeps values over a restart", async () => {
      await fresh.now.stores.userVars.set("ann", "github", { TOKEN: sealedSample("a") });
      expect(await (await fresh.now.reopen()).userVars.get("ann", "github")).toEqual({ TOKEN: sealedSample("a") });
    });

    it.each(NOT_TEXT)("refuses %j as a user or server", async (bad) => {
      const { userVars } = fresh.now.stores;
      await userVars.set("ann", "github", { TOKEN: sealedSample("a") });
      await Promise.allSettled([userVars.clearUser(bad), userVars.clear(bad, "github"), userVars.clear("ann", bad)]);
      const reads = await Promise.allSettled([userVars.get(bad, "github"), userVars.get("ann", bad), userVars.names(bad)]);
      for (const read of reads) expect(read.status === "fulfilled" ? read.value : {}).toEqual({});
      expect(await userVars.get("ann", "github")).toEqual({ TOKEN: sealedSample("a") });
    });
  });
}
