import manifest from "../package.json" with { type: "json" };

/** As in package.json: what servers, logs and the API document are told. */
export const VERSION: string = manifest.version;
