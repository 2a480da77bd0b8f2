import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useState } from "react";
import type { ToolView } from "../../../../schemas/wire.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { marksOf } from "../../ui/tool-marks.tsx";
import { titleOf } from "../../ui/tool-title.ts";
import classes from "./tool-list.module.css";

interface ToolListProps {
  tools: readonly ToolView[];
  selected: string | null;
  onSelect(tool: string): void;
}

export function ToolList({ tools, selected, onSelect }: ToolListProps) {
  const [search, setSearch] = useState("");
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = tools.filter((tool) => {
    const text = `${titleOf(tool)} ${tool.name} ${tool.description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <nav className={classes.pane} aria-label="Tools">
      <TextInput
        type="search"
        aria-label="Search tools"
        placeholder={`Search ${tools.length} ${tools.length === 1 ? "tool" : "tools"}`}
        leftSection={<Search size={16} aria-hidden="true" />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ul className={classes.list}>
        {shown.map((tool) => (
          <li key={tool.name}>
            <ToolRow tool={tool} current={tool.name === selected} onClick={() => onSelect(tool.name)} />
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className={classes.none}>No tool matches.</p>}
    </nav>
  );
}

function ToolRow({ tool, current, onClick }: { tool: ToolView; current: boolean; onClick(): void }) {
  return (
    <button type="button" className={classes.row} aria-current={current ? "true" : undefined} onClick={onClick}>
      <span className={classes.title}>
        <ForeignText maxLength={120}>{titleOf(tool)}</ForeignText>
        <span className={classes.icons}>
          {marksOf(tool.annotations)
            .filter(({ word }) => word === "Read-only" || word === "Destructive")
            .map(({ word, icon: Icon, warns = false }) => (
              <span key={word} title={word} data-warns={warns}>
                <Icon size={14} aria-hidden="true" />
                <span className="pb-hidden">, {word}</span>
              </span>
            ))}
        </span>
      </span>
      {tool.description !== null && (
        <span className={classes.description}>
          <ForeignText maxLength={160}>{tool.description}</ForeignText>
        </span>
      )}
    </button>
  );
}
