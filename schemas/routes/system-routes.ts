import { object, type RouteSpec } from "./route-spec.ts";

/** For machines that watch this one. */
export const SYSTEM_ROUTES = {
  openapi: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This document.",
    auth: "public",
    answer: { type: "object" },
    errors: [],
  },
  live: {
    method: "GET",
    path: "/health/live",
    summary: "The process answers.",
    auth: "public",
    answer: object({ status: { const: "live" } }),
    errors: [],
  },
  ready: {
    method: "GET",
    path: "/health/ready",
    summary: "The stores answer and no shutdown has begun.",
    auth: "public",
    answer: object({ status: { const: "ready" } }),
    errors: ["SHUTTING_DOWN"],
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    summary: "Figures in Prometheus' text format: for admins, and for whoever sends `METRICS_TOKEN` as bearer.",
    auth: "watcher",
    answer: { type: "string" },
    answerType: "text/plain",
    errors: [],
  },
} as const satisfies Record<string, RouteSpec>;
