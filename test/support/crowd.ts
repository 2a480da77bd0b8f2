import { startHandmadeServer } from "../servers/handmade-server.ts";
import { kept } from "./clean-up.ts";
import { startHouseApart } from "./house-apart.ts";

export interface CrowdFigures {
  seconds: number;
  /** Whose first light was not green. */
  failed: number;
  /** Connections the house counts in the end. */
  connected: number;
  residentMb: number;
}

/** So many people who all connect at once, spread over so many servers; the house is a process of its own. */
export async function connectCrowd({ people, servers }: { people: number; servers: number }): Promise<CrowdFigures> {
  const entries: Record<string, object> = {};
  for (let nth = 0; nth < servers; nth += 1) {
    const { url } = await kept(startHandmadeServer({ withSessions: true }));
    entries[`s${nth}`] = { type: "streamable-http", url };
  }
  const house = await kept(startHouseApart(entries));
  const startedAt = Date.now();
  const answers = await Promise.all(
    Array.from({ length: people }, (_, nth) => house.ask(`p${nth}`, "POST", `/api/mcp/s${nth % servers}/connect`)),
  );
  const seconds = (Date.now() - startedAt) / 1_000;
  return {
    seconds,
    failed: answers.filter(({ body }) => body.status?.state !== "connected").length,
    connected: await house.figure('patchbay_connections{state="connected"}'),
    residentMb: (await house.figure("process_resident_memory_bytes")) / 1024 / 1024,
  };
}
