import type { Exchange, Fault } from "../exchange.ts";

const MIB = 1024 * 1024;
const PIECE = "x".repeat(64 * 1024);

/** Pours until it is enough or nobody listens any more. Resolves with the bytes the other side took. */
async function pour({ bytes }: Pick<Exchange, "bytes">, total: number): Promise<number> {
  let sent = 0;
  while (sent < total) {
    if (!(await bytes(PIECE))) break;
    sent += PIECE.length;
  }
  return sent;
}

/** What the other side took of each answer, in bytes. */
export type Poured = number[];

/** A JSON body with one text of so many bytes, a piece at a time. */
export function hugeBody(mib: number, poured: Poured = [], prefix = '"content":[{"type":"text","text":"', suffix = '"}]'): Fault {
  return async (exchange) => {
    const { heard } = exchange;
    exchange.begin("application/json");
    await exchange.bytes(`{"jsonrpc":"2.0","id":${heard.id},"result":{${prefix}`);
    poured.push(await pour(exchange, mib * MIB));
    await exchange.bytes(`${suffix}}}`);
    exchange.end();
  };
}

/** One event of a stream that never comes to its end. */
export function endlessEvent(mib: number, poured: Poured = []): Fault {
  return async (exchange) => {
    await exchange.bytes("data: ");
    poured.push(await pour(exchange, mib * MIB));
    exchange.end();
  };
}

/** Bytes that never come to the end of a line. */
export function endlessLine(mib: number): Fault {
  return async (exchange) => {
    await pour(exchange, mib * MIB);
  };
}
