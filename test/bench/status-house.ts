/** The house with people who come by a host platform's header: cheap, for crowds. */
import { startHouse } from "../support/house.ts";
import { report } from "./child.ts";

const house = await startHouse({ light: { type: "streamable-http", url: process.argv[2] } }, { hosted: true });
// Its log is kept in memory for tests.
setInterval(() => {
  house.log.length = 0;
}, 100).unref();
process.on("SIGTERM", () => void house.close().finally(() => process.exit(0)));
report({ url: house.url });
