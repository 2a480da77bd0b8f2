import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";

const FOLD_LINES = 40;
const FOLD_LENGTH = 6_000;
const SHOWN_LINES = 24;
const SHOWN_LENGTH = 3_000;

/** Text that may be very long: its beginning first, the rest when asked for. */
export function LongText({ text, children }: { text: string; children: (part: string) => ReactNode }) {
  const [open, setOpen] = useState(false);
  const lines = text.split("\n");
  const long = lines.length > FOLD_LINES || text.length > FOLD_LENGTH;
  if (!long) return children(text);
  const part = open ? text : lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN_LENGTH);
  return (
    <div>
      {children(part)}
      <Button mt={8} size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Show less" : `Show all ${lines.length > 1 ? `${lines.length} lines` : `${text.length} characters`}`}
      </Button>
    </div>
  );
}
