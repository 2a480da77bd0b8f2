import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import { SERVER_OPTIONS } from "./attach-realtime.ts";

/** A socket server of our own on this HTTP server. */
export function openSocketServer(http: HttpServer): Server {
  return new Server(http, SERVER_OPTIONS);
}
