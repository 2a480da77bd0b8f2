import { writeSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../api/ports/clock.ts";
import type { Logger } from "../../api/ports/logger.ts";
import { keyRotation } from "../../api/storage/key-rotation.ts";
import { openStorage } from "../../api/storage/open-storage.ts";
import { openSqliteStores } from "../../api/storage/sqlite/sqlite-stores.ts";

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };

/** Opens the storage in this folder and rotates its keys as the house does, until somebody kills this process. */
const dataFolder = process.argv[2] ?? "";
const openStores = async () => openSqliteStores(join(dataFolder, "patchbay.db"));
const { stores, secretBox, keys } = await openStorage({ openStores, dataFolder, env: {} });
writeSync(1, "rotating\n");
keyRotation({ keys, values: stores.sealedValues, box: secretBox, clock: systemClock, logger });
