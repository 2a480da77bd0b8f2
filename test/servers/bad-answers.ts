import { gzipSync } from "node:zlib";
import type { Exchange } from "./handmade-server.ts";

type Answers = (exchange: Exchange) => void;

const PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>nginx</h1>";
const JSON_TYPE = { "content-type": "application/json" };
const packed = gzipSync('{"jsonrpc":"2.0","id":1,"result":{}}');
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));

const status =
  (code: number, headers: Record<string, string> = {}, body: string | Buffer = ""): Answers =>
  ({ response }) =>
    void response.writeHead(code, headers).end(body);
const page = (code: number) => status(code, { "content-type": "text/html" }, PAGE);
const raw =
  (text: string): Answers =>
  ({ response: { socket } }) =>
    void socket?.end(text);
const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${[...lines, "", ""].join("\r\n")}`;

/** What servers, gateways and broken networks answer instead of an answer, by name. */
export const BAD_ANSWERS = {
  "a page": page(200),
  "a page with 404": page(404),
  "a page with 502": page(502),
  "nothing, 204": status(204),
  "a redirect": status(302, { location: "https://login.example.org/start?token=secret" }),
  "a redirect to http": status(308, { location: "http://other.example/mcp" }),
  "400": status(400),
  "405": status(405, { allow: "GET" }),
  "410": status(410),
  "413": status(413),
  "500": page(500),
  "503": status(503, { "retry-after": "2" }),
  "504": status(504),
  "522": status(522),
  "a status that there is not": status(999),
  "gzip that is none": status(200, { ...JSON_TYPE, "content-encoding": "gzip" }, "not packed at all"),
  "half of a gzip": status(200, { ...JSON_TYPE, "content-encoding": "gzip" }, packed.subarray(0, 20)),
  "a gzip bomb": status(200, { ...JSON_TYPE, "content-encoding": "gzip" }, bomb),
  "a gzip bomb as a stream": status(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }, bomb),
  "a chunk cut": raw(`${head("content-type: application/json", "transfer-encoding: chunked")}50\r\n{"json`),
  "chunks of nonsense": raw(`${head("content-type: application/json", "transfer-encoding: chunked")}ZZ\r\n`),
  "less than announced": raw(`${head("content-type: application/json", "content-length: 500")}{}`),
  "half a head": raw("HTTP/1.1 200 OK\r\ncontent-ty"),
  "something else than HTTP": raw("SSH-2.0-OpenSSH_9.0\r\n"),
  "the end of the connection": ({ response }) => void response.socket?.end(),
  "a reset": ({ response }) => void response.socket?.resetAndDestroy(),
  "a stream without events": status(200, { "content-type": "Text/Event-Stream" }),
} as const satisfies Record<string, Answers>;
