import { Button, Skeleton, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Loaded } from "../../../lib/use-request.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import classes from "./attach.module.css";

interface Item {
  key: string;
  title: string;
  description: string;
  /** What it is found by in the end: a name, an address. */
  place: string;
}

interface CatalogueListProps<T extends Item> {
  /** What these are, in the plural. */
  what: string;
  items: Loaded<readonly T[]>;
  marksOf?(item: NoInfer<T>): ReactNode;
  onSelect(item: NoInfer<T>): void;
}

const SEARCH_FROM = 6;
/** Servers may list thousands: the search finds the others. */
const MAX_SHOWN = 200;

/** What one server lists, to choose one of them. */
export function CatalogueList<T extends Item>({ what, items, marksOf, onSelect }: CatalogueListProps<T>) {
  const [search, setSearch] = useState("");
  const all = items.data ?? [];
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ title, description, place }) => {
    const text = `${title} ${place} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <div className={classes.list}>
      <Failure error={items.error}>
        <div>
          <Button mt={8} size="xs" variant="default" onClick={items.reload}>
            Try again
          </Button>
        </div>
      </Failure>
      {items.data === null && items.loading && (
        <div aria-busy="true" className={classes.list}>
          <span className="pb-hidden" role="status">
            Asking the server…
          </span>
          {[0, 1, 2].map((index) => (
            <Skeleton key={index} height={52} radius={11} />
          ))}
        </div>
      )}
      {all.length >= SEARCH_FROM && (
        <TextInput
          type="search"
          aria-label={`Search ${what}`}
          placeholder={`Search ${all.length} ${what}`}
          leftSection={<Search size={15} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {items.data !== null && found.length === 0 && (
        <p className={classes.none}>{all.length === 0 ? `This server has no ${what}.` : `No match among its ${what}.`}</p>
      )}
      <ul className={classes.items} aria-label={what}>
        {found.slice(0, MAX_SHOWN).map((item) => (
          <li key={item.key}>
            <button type="button" className={classes.item} onClick={() => onSelect(item)}>
              <span className={classes.itemTitle}>
                <ForeignText maxLength={120}>{item.title}</ForeignText>
                {marksOf?.(item)}
              </span>
              {item.place !== item.title && (
                <span className={classes.place}>
                  <ForeignText maxLength={200}>{item.place}</ForeignText>
                </span>
              )}
              {item.description !== "" && (
                <span className={classes.description}>
                  <ForeignText maxLength={200}>{item.description}</ForeignText>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {found.length > MAX_SHOWN && <p className={classes.none}>And {found.length - MAX_SHOWN} more: search for them.</p>}
    </div>
  );
}
