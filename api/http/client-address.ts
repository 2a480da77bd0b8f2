import type { IncomingMessage } from "node:http";
import express from "express";
import type { TrustsProxy } from "./base-url.ts";

/** Where a request comes from, by express's own judgement of proxies: for what never gets to express. */
export function clientAddress(trustProxy: string | number | boolean): (request: IncomingMessage) => string {
  const trusts: TrustsProxy = express().set("trust proxy", trustProxy).get("trust proxy fn");
  return ({ socket, headers }) => {
    const told = String(headers["x-forwarded-for"] ?? "").split(",");
    // The nearest first, each named by the one before it.
    const addresses = [socket.remoteAddress ?? "", ...told.map((address) => address.trim()).reverse()].filter(Boolean);
    return addresses.find((address, steps) => !trusts(address, steps)) ?? addresses.at(-1) ?? "";
  };
}
