import { ForeignText } from "../foreign-text.tsx";
import { JsonView } from "../json-view.tsx";
import { SafeLink } from "../safe-link.tsx";
import { dataUri, isRecord, stringAt } from "./content-fields.ts";
import { EmbeddedResource } from "./embedded-resource.tsx";
import { OpenResource } from "./open-resource.tsx";
import { TextResult } from "./text-result.tsx";
import classes from "./tool-answer.module.css";

/** What is in a resource of the server that was asked: MCP's `contents`. Rejects with something that has a `message`. */
export type ReadResource = (uri: string) => Promise<readonly unknown[]>;

interface ContentBlockProps {
  block: Readonly<Record<string, unknown>>;
  readResource?: ReadResource;
}

/** One piece of an answer, by its type. What we do not know, or cannot trust, is shown as the JSON it is. */
export function ContentBlock({ block, readResource }: ContentBlockProps) {
  switch (block.type) {
    case "text":
      return <TextResult text={stringAt(block, "text")} />;
    case "image": {
      const src = dataUri(block, "image");
      return src === null ? <JsonView value={block} /> : <img className={classes.media} src={src} alt="Made by the tool" />;
    }
    case "audio": {
      const src = dataUri(block, "audio");
      // biome-ignore lint/a11y/useMediaCaption: there are no captions for what a tool makes
      return src === null ? <JsonView value={block} /> : <audio controls src={src} />;
    }
    case "resource":
      return isRecord(block.resource) ? <EmbeddedResource resource={block.resource} /> : <JsonView value={block} />;
    case "resource_link":
      return <ResourceLink link={block} readResource={readResource} />;
    default:
      return <JsonView value={block} />;
  }
}

interface ResourceLinkProps {
  link: Readonly<Record<string, unknown>>;
  readResource: ReadResource | undefined;
}

/** Where a resource is. Only https can be followed; everything else is text to read, or read through the platform. */
function ResourceLink({ link, readResource }: ResourceLinkProps) {
  const uri = stringAt(link, "uri");
  const shown = <ForeignText>{uri}</ForeignText>;
  return (
    <div className={classes.box}>
      <span className="pb-label">
        Resource link <ForeignText maxLength={100}>{stringAt(link, "mimeType")}</ForeignText>
      </span>
      <span className={classes.boxTitle}>
        <ForeignText>{stringAt(link, "title") || stringAt(link, "name")}</ForeignText>
      </span>
      {stringAt(link, "description") !== "" && <ForeignText>{stringAt(link, "description")}</ForeignText>}
      <span className="pb-mono">{/^https:/i.test(uri) ? <SafeLink href={uri}>{shown}</SafeLink> : shown}</span>
      {readResource !== undefined && uri !== "" && <OpenResource uri={uri} readResource={readResource} />}
    </div>
  );
}
