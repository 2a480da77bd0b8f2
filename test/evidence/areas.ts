/**
 * What this house promises to show of each area. `promised`: every P0 case and every fault case of the register has a
 * passing test in each `npm test`, or that fails. `owed`: begun, not all of it shown yet. Anything else names the step
 * that brings it.
 */
export const AREAS: Readonly<Record<string, "promised" | "owed" | `step ${number}: ${string}`>> = {
  "environment & placeholder exfiltration": "promised",
  "template engine": "promised",
  "YAML, schema and reload": "promised",
  "outbound network policy": "promised",
  headers: "promised",
  "local processes": "promised",
  "hostile or broken MCP server": "promised",
  "HTTP API": "promised",
  "socket.io": "promised",
  "isolation between users": "promised",
  "secrets at rest, keys and logs": "promised",
  "deployment and supply chain": "promised",
  "stdio server faults": "promised",
  "remote server faults": "promised",
  "configuration faults": "promised",
  "our process": "promised",
  "load and storms": "promised",
  "status stream to browsers": "promised",
  "OAuth client": "promised",
  "OAuth faults": "promised",
  "rendering and browser": "promised",
  "tools, permissions and model-facing text": "promised",
  "MongoDB and Redis faults": "step 7: several instances",
  "several instances": "step 7: several instances",
};
