import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningHouse, startHouse } from "../support/house.ts";
import { growingSource } from "./growing-source.ts";

export interface Control {
  house: RunningHouse;
  /** POST a `Wanted` here and the operator's file has that server. */
  url: string;
  close(): Promise<void>;
}

interface Wanted {
  name: string;
  entry: object;
  /** Ports of this machine that it leads to. */
  opens: readonly string[];
}

const IN_FORCE_WITHIN_MS = 10_000;

/** The product, and beside it what only this suite needs: a way to write servers into the operator's file. */
export async function startControlled(): Promise<Control> {
  const source = growingSource();
  const env = { MCP_CLIENT_METADATA_URL: "https://conformance-test.local/client-metadata.json" };
  const house = await startHouse({}, { hosted: true, source, env });
  const control = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { name, opens, entry } = JSON.parse(Buffer.concat(chunks).toString()) as Wanted;
    // `startup` off: nothing but the scenario itself may speak to its server.
    source.add(name, { type: "streamable-http", startup: false, timeout: 20_000, sampling: { enabled: true }, ...entry }, opens);
    const until = Date.now() + IN_FORCE_WITHIN_MS;
    while (!house.house.config.config.servers.has(name) && Date.now() < until) await sleep(20);
    response.writeHead(house.house.config.config.servers.has(name) ? 204 : 500).end();
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  return {
    house,
    url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    async close() {
      control.closeAllConnections();
      control.close();
      await house.close();
    },
  };
}
