import { Button, Popover } from "@mantine/core";
import { Cable, ChevronDown } from "lucide-react";
import { useState } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Live } from "../../../lib/live.ts";
import { useLiveStatus } from "../../../lib/live-status.ts";
import type { Entry } from "../../../lib/server-entry.ts";
import { ServerIcon } from "../../../ui/server-icon.tsx";
import classes from "./mcp-menu.module.css";
import { MenuList } from "./menu-list.tsx";
import { nextStepOf } from "./next-step.ts";

export interface MCPMenuProps {
  live: Live;
  servers: readonly ServerView[];
  /** Names, in the order they were picked. */
  selected: readonly string[];
  onChange(selected: readonly string[]): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

const MAX_ICONS = 3;

/** Which servers work in this conversation: a button under the input that says how many, and a list with their lights. */
export function MCPMenu({ live, servers, selected, onChange, onSignIn, onConfigure }: MCPMenuProps) {
  const [opened, setOpened] = useState(false);
  const { statuses } = useLiveStatus(live.store);
  const entries = servers
    .filter(({ chatMenu }) => chatMenu)
    .map((server): Entry => ({ server, status: statuses.get(server.name) ?? null }));
  const picked = selected.flatMap((name) => entries.find(({ server }) => server.name === name) ?? []);
  const waiting = picked.filter((entry) => entry.status !== null && entry.status.state !== "connected");
  const stuck = waiting.filter((entry) => nextStepOf(entry) !== "wait").length + (selected.length - picked.length);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" width={560} shadow="lg" radius="lg" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.button}
          data-picked={picked.length > 0}
          onClick={() => setOpened(!opened)}
          leftSection={
            picked.length === 0 ? (
              <Cable size={16} aria-hidden="true" />
            ) : (
              <span className={classes.stack}>
                {picked.slice(0, MAX_ICONS).map(({ server }) => (
                  <ServerIcon key={server.name} name={server.name} title={server.title} iconPath={server.iconPath} size={20} />
                ))}
              </span>
            )
          }
          rightSection={<ChevronDown size={14} aria-hidden="true" className={classes.chevron} data-open={opened} />}
        >
          <span className={classes.picked}>{wordsFor(picked)}</span>
          {stuck > 0 && (
            <span className={classes.stuck}>
              {stuck}
              <span className="pb-hidden"> not ready</span>
            </span>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="MCP servers">
        <MenuList
          live={live}
          entries={entries}
          selected={selected}
          onChange={onChange}
          onSignIn={(name) => {
            setOpened(false);
            onSignIn(name);
          }}
          onConfigure={(name) => {
            setOpened(false);
            onConfigure(name);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function wordsFor(picked: readonly Entry[]): string {
  if (picked.length === 0) return "MCP servers";
  return picked.length === 1 ? "1 server" : `${picked.length} servers`;
}
