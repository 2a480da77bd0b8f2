import { expect, it } from "vitest";
import { serverEgresses } from "../../../api/connections/server-egresses.ts";
import { loadConfig } from "../../../config/load-config.ts";
import { startHttpServer } from "../../servers/http-server.ts";
import { cleanups, kept } from "../../support/clean-up.ts";

it("keeps a thousand ways out at most; who holds an older one goes on with it", async () => {
  const { config } = loadConfig(
    'version: "1"\nmcpServers:\n  any: { type: sse, url: "http://{{HOST}}/", customUserVars: { HOST: { title: H, description: "" } } }\n',
    "test.yaml",
  );
  const server = config.servers.get("any");
  if (server === undefined) throw new Error("the file is wrong");
  const sink = await kept(startHttpServer());
  const settings = { ...config.settings, allowedAddresses: [`127.0.0.1:${sink.port}`] };
  const egresses = serverEgresses(() => settings);
  cleanups.push(() => egresses.close());
  const to = (url: string) => egresses.forTarget(server, { kind: "sse", url, headers: {}, proxy: null });
  const first = to(sink.url);
  cleanups.push(() => first.close());
  for (let each = 0; each < 999; each += 1) to(`http://host-${each}.example/`);
  expect(to(sink.url)).toBe(first);
  to("http://one-more.example/");
  expect(to(sink.url)).toBe(first);
  for (let each = 0; each < 1_000; each += 1) to(`http://other-${each}.example/`);
  expect(to(sink.url)).not.toBe(first);
  await first.fetch(sink.url, { method: "DELETE" });
  expect(sink.ledger.requests).toHaveLength(1);
});
