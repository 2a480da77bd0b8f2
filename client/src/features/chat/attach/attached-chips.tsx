import { FileText, X } from "lucide-react";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Tag } from "../../../ui/tag.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import classes from "./attach.module.css";
import type { WatchedResources } from "./watched-resources.ts";

/** What goes along with the next message. */
export interface AttachedResource {
  server: string;
  uri: string;
  title: string;
}

/** What one message may carry. */
export const MAX_ATTACHED = 16;

export function isSame(one: AttachedResource, other: AttachedResource): boolean {
  return one.server === other.server && one.uri === other.uri;
}

interface AttachedChipsProps {
  attached: readonly AttachedResource[];
  watched: Pick<WatchedResources, "hasChanged">;
  onRemove(resource: AttachedResource): void;
}

/** Resources of the message that is being written, each with a way to take it off again. */
export function AttachedChips({ attached, watched, onRemove }: AttachedChipsProps) {
  if (attached.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="Attached resources">
      {attached.map((each) => (
        <li key={`${each.server}\0${each.uri}`} className={classes.chip} title={visibleString(each.uri.slice(0, 500))}>
          <FileText size={14} aria-hidden="true" />
          <span className={classes.chipTitle}>
            <ForeignText maxLength={80}>{each.title}</ForeignText>
          </span>
          {watched.hasChanged(each.server, each.uri) && <Tag isNews>Changed</Tag>}
          <button
            type="button"
            className={classes.remove}
            aria-label={`Remove ${visibleString(each.title.slice(0, 80))}`}
            onClick={() => onRemove(each)}
          >
            <X size={13} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
