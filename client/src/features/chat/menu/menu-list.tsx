import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { Live } from "../../../lib/live.ts";
import type { Entry } from "../../../lib/server-entry.ts";
import { useServerActions } from "../../../lib/use-server-actions.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import classes from "./mcp-menu.module.css";
import { MenuRow } from "./menu-row.tsx";
import { matching, nextStepOf, toggled } from "./next-step.ts";

interface MenuListProps {
  live: Live;
  entries: readonly Entry[];
  selected: readonly string[];
  onChange(selected: readonly string[]): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

/** From so many servers on, looking for one takes longer than typing its name. */
const SEARCH_FROM = 8;

/** The rows. Arrow keys go from one to the next, space picks. */
export function MenuList({ live, entries, selected, onChange, onSignIn, onConfigure }: MenuListProps) {
  const [search, setSearch] = useState("");
  const actions = useServerActions(live, {
    quiet: true,
    onMissingValues: ({ name }) => onConfigure(name),
    onSignIn: ({ name }) => onSignIn(name),
  });
  const available = new Set(entries.map(({ server }) => server.name));
  const gone = selected.filter((name) => !available.has(name));
  const shown = matching(entries, search);
  const pick = (entry: Entry) => {
    const next = toggled(selected, entry.server.name, available);
    onChange(next);
    // Picked to be used: what can be opened without a person is opened at once.
    const step = nextStepOf(entry);
    if (next.includes(entry.server.name) && (step === "initialize" || step === "reinitialize"))
      void actions.initialize(entry.server);
  };
  return (
    <>
      {entries.length >= SEARCH_FROM && (
        <TextInput
          type="search"
          size="sm"
          className={classes.search}
          aria-label="Search servers"
          placeholder={`Search ${entries.length} servers`}
          leftSection={<Search size={15} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {gone.length > 0 && (
        <p className={classes.gone}>
          <span>
            Not there any more: <ForeignText>{gone.join(", ")}</ForeignText>.
          </span>
          <button type="button" className={classes.link} onClick={() => onChange(selected.filter((name) => available.has(name)))}>
            Remove
          </button>
        </p>
      )}
      <ul className={classes.rows} aria-label="Servers of this conversation" onKeyDown={walk}>
        {shown.map((entry) => (
          <MenuRow
            key={entry.server.name}
            entry={entry}
            picked={selected.includes(entry.server.name)}
            onPick={() => pick(entry)}
            onInitialize={() => actions.initialize(entry.server)}
            onCancelSignIn={() => actions.cancelSignIn(entry.server)}
            onSignIn={() => onSignIn(entry.server.name)}
            onConfigure={() => onConfigure(entry.server.name)}
          />
        ))}
      </ul>
      {shown.length === 0 && (
        <p className={classes.none}>{entries.length === 0 ? "No server is set up for chats." : "No server matches."}</p>
      )}
    </>
  );
}

/** Up, down, home and end: to that row's check mark. */
function walk(event: KeyboardEvent<HTMLUListElement>): void {
  const boxes = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=checkbox]")];
  const row = (event.target as HTMLElement).closest("li");
  const at = boxes.findIndex((box) => row?.contains(box));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
  const box = to === undefined ? undefined : boxes.at(to % boxes.length);
  if (box === undefined) return;
  event.preventDefault();
  box.focus();
}
