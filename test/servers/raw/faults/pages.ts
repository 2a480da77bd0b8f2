import { type Fault, TOOL } from "../exchange.ts";

/** A list of tools that never ends: every page names another one. */
export function endlessPages({ perPage = 1, padding = "" } = {}): Fault {
  let page = 0;
  return ({ answer }) => {
    page += 1;
    const tools = Array.from({ length: perPage }, (_, nth) => ({ ...TOOL, name: `t${page}-${nth}`, description: padding }));
    answer({ tools, nextCursor: `page-${page}` });
  };
}

/** The cursor it hands out is always the same. */
export const sameCursor: Fault = ({ answer }) => answer({ tools: [TOOL], nextCursor: "again" });

/** The first page's cursor comes back after the second. */
export const circle: Fault = ({ answer, params }) => answer({ tools: [TOOL], nextCursor: params.cursor === "a" ? "b" : "a" });

/** One page of tools, and this for the second. */
export function afterOnePage(fault: Fault): Fault {
  return (exchange) => {
    if (exchange.params.cursor !== undefined) return fault(exchange);
    exchange.answer({ tools: [TOOL], nextCursor: "second" });
  };
}
