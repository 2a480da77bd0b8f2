import type { ConnectionStatus } from "../../../../schemas/wire.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import classes from "./server-card.module.css";

/** What is not right about a server that is connected nevertheless. */
export function ServerWarnings({ warnings }: Pick<ConnectionStatus, "warnings">) {
  return warnings.map(({ code, message }) => (
    <div key={code} className={classes.reason} data-tone="attention" role="note">
      <ForeignText>{asSentence(message)}</ForeignText>
    </div>
  ));
}
