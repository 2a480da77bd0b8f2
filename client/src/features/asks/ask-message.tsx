import { ForeignText } from "../../ui/foreign-text.tsx";
import classes from "./asks.module.css";

/** What the server says about its request: text, whatever stands in it. */
export function AskMessage({ text }: { text: unknown }) {
  if (typeof text !== "string" || text === "") return null;
  return (
    <p className={classes.message}>
      <ForeignText maxLength={4_000}>{text}</ForeignText>
    </p>
  );
}
