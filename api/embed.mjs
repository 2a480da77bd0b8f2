// The door for host applications: plain JavaScript, so that a host compiles the types beside it and none of our sources.
export { createPatchbay } from "./plugin.ts";
