/** The house in a process of its own, for figures that only a whole process has: `node test/support/house-apart-main.ts`. */
import { once } from "node:events";
import { type StartHouseOptions, startHouse } from "./house.ts";

interface Wanted {
  servers: object;
  options: StartHouseOptions;
}

const [wanted] = (await once(process, "message")) as [Wanted];
const house = await startHouse(wanted.servers, { ...wanted.options, hosted: true });
process.send?.({ url: house.url });
process.once("message", () => void house.close().then(() => process.exit(0)));
process.once("disconnect", () => process.exit(1));
