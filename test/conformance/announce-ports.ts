/**
 * Loaded into the suite's process before it: writes down every port it listens on, a line each, so that the operator's
 * file can open exactly those. Authorization servers on this machine are refused otherwise.
 */
import { appendFileSync } from "node:fs";
import { type AddressInfo, Server } from "node:net";

const listened = new WeakSet<Server>();
const { listen } = Server.prototype;
Server.prototype.listen = function announce(this: Server, ...how: unknown[]): Server {
  if (!listened.has(this)) this.on("listening", () => appendFileSync(process.env.PORTS_FILE ?? "", `${portOf(this)}\n`));
  listened.add(this);
  return (listen as (...how: unknown[]) => Server).apply(this, how);
};

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
