/**
 * A host application in a process of its own, which ends its servers and Patchbay at SIGTERM and then has nothing left to
 * do: `host-process.ts <configuration> <data folder>` prints its address as the first line, and "closed" as the last.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { Server } from "socket.io";
import { createPatchbay } from "../../api/embed.mjs";

const [configPath = "", dataFolder = ""] = process.argv.slice(2);
const patchbay = await createPatchbay({
  configPath,
  dataFolder,
  identify: () => ({ userId: "ann", email: "ann@host.example", name: "Ann", role: "USER" }),
});
const app = express();
app.use("/patchbay", patchbay.router);
const http = createServer(app);
const io = new Server(http);
patchbay.attach(io);
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}/patchbay`));
process.once("SIGTERM", async () => {
  await io.close();
  http.closeAllConnections();
  await patchbay.close();
  console.log("closed");
});
