/**
 * A house in a process of its own, to be killed or stopped: `house-process.ts '<json>'` prints its address as the first
 * line. What it is given is `HouseProcess`.
 */
import { fastClock } from "./fast-clock.ts";
import { startHouse } from "./house.ts";

export interface HouseProcess {
  dataFolder: string;
  mcpServers: object;
  more: object;
  clock: { times: number; startedAt: number };
}

const { dataFolder, mcpServers, more, clock } = JSON.parse(process.argv[2] ?? "{}") as HouseProcess;
const house = await startHouse(mcpServers, { hosted: true, dataFolder, more, clock: fastClock(clock.times, clock.startedAt) });
console.log(house.url);
