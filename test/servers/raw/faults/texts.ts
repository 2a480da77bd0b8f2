import { type Fault, PROPER } from "../exchange.ts";

/** Says these first, `ID` in them being the request's own id, and then does the proper thing. */
export function saysFirst(texts: readonly string[]): Fault {
  return async (exchange) => {
    const { method, id } = exchange.heard;
    for (const text of texts) await exchange.say(text.replaceAll('"ID"', JSON.stringify(id ?? null)));
    await PROPER[method ?? ""]?.(exchange);
  };
}
