import { Loader, TextInput } from "@mantine/core";
import { MessageSquareQuote, Search, Wrench } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Loaded } from "../../../lib/use-request.ts";
import { asSentence } from "../../../ui/as-sentence.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Notice } from "../../../ui/notice.tsx";
import classes from "./console.module.css";
import { matching, type Offer } from "./offers.ts";
import type { Offers } from "./use-offers.ts";

interface PaletteProps {
  loaded: Loaded<Offers>;
  servers: readonly ServerView[];
  onChoose(offer: Offer): void;
  /** `backspace`: the "/" is taken back, too. */
  onClose(by: "escape" | "backspace"): void;
}

/** More than anybody scrolls through: the search finds the others. */
const MAX_SHOWN = 100;

/** Tools and prompts to choose from, by typing and arrow keys. */
export function Palette({ loaded, servers, onChoose, onClose }: PaletteProps) {
  const id = useId();
  const [search, setSearch] = useState("");
  const [wantedAt, setAt] = useState(0);
  const titles = new Map(servers.map(({ name, title }) => [name, title]));
  const all = loaded.data?.offers ?? [];
  const found = matching(all, search, titles);
  const shown = found.slice(0, MAX_SHOWN);
  const at = Math.min(wantedAt, shown.length - 1);
  const current = shown[at];
  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) setAt(Math.max(0, Math.min(shown.length - 1, at + step)));
    else if (event.key === "Enter" && current !== undefined) onChoose(current);
    else if (event.key === "Escape") onClose("escape");
    else if (event.key === "Backspace" && search === "") onClose("backspace");
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        role="combobox"
        aria-label="Find a tool or a prompt"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={current === undefined ? undefined : `${id}-${at}`}
        placeholder="Find a tool or a prompt"
        leftSection={<Search size={16} aria-hidden="true" />}
        rightSection={loaded.loading ? <Loader size={15} color="gray" aria-label="Asking the servers" /> : null}
        autoFocus
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      {loaded.data?.failed.map(({ server, message }) => (
        <Notice key={server} tone="amber">
          <strong>
            <ForeignText maxLength={120}>{titles.get(server) ?? server}</ForeignText>
          </strong>
          : <ForeignText>{asSentence(message)}</ForeignText>
        </Notice>
      ))}
      <div id={id} role="listbox" aria-label="Tools and prompts" className={classes.list}>
        {shown.map((offer, index) => (
          <Option
            key={offer.id}
            id={`${id}-${index}`}
            offer={offer}
            serverTitle={titles.get(offer.server) ?? offer.server}
            isCurrent={index === at}
            onPoint={() => setAt(index)}
            onChoose={() => onChoose(offer)}
          />
        ))}
      </div>
      {shown.length === 0 && !loaded.loading && (
        <p className={classes.none} role="status">
          {all.length === 0 ? "The picked servers offer nothing now." : "Nothing matches."}
        </p>
      )}
      {found.length > MAX_SHOWN && <p className={classes.none}>And {found.length - MAX_SHOWN} more: type to find them.</p>}
    </>
  );
}

interface OptionProps {
  id: string;
  offer: Offer;
  serverTitle: string;
  isCurrent: boolean;
  onPoint(): void;
  onChoose(): void;
}

function Option({ id, offer, serverTitle, isCurrent, onPoint, onChoose }: OptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  const Icon = offer.kind === "tool" ? Wrench : MessageSquareQuote;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field, which points here by aria-activedescendant
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isCurrent}
      className={classes.option}
      onMouseMove={onPoint}
      onClick={onChoose}
    >
      <Icon size={16} aria-hidden="true" />
      <span className={classes.optionText}>
        <span className={classes.optionName}>
          <ForeignText maxLength={120}>{offer.title}</ForeignText>
          {offer.title !== offer.name && (
            <span className={`pb-mono ${classes.optionId}`}>
              <ForeignText maxLength={120}>{offer.name}</ForeignText>
            </span>
          )}
        </span>
        {offer.description !== "" && (
          <span className={classes.optionDescription}>
            <ForeignText maxLength={160}>{offer.description}</ForeignText>
          </span>
        )}
      </span>
      <span className={classes.optionServer}>
        <span className="pb-hidden">{offer.kind} of </span>
        <ForeignText maxLength={60}>{serverTitle}</ForeignText>
      </span>
    </div>
  );
}
