import type { Fault, Faults } from "./exchange.ts";
import { endlessLine } from "./faults/huge.ts";
import { saysFirst } from "./faults/texts.ts";

/** A fault by its name and one plain argument: a function does not fit into the file a program reads. */
export type NamedFault = ["endlessLine", number] | ["saysFirst", readonly string[]];

/** By method. */
export type NamedFaults = Record<string, NamedFault>;

export function faultsOf(named: NamedFaults): Faults {
  return Object.fromEntries(Object.entries(named).map(([method, fault]) => [method, faultOf(fault)]));
}

function faultOf([name, argument]: NamedFault): Fault {
  switch (name) {
    case "endlessLine":
      return endlessLine(argument);
    case "saysFirst":
      return saysFirst(argument);
  }
}
