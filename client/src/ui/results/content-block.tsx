import { ForeignText } from "../foreign-text.tsx";
import { JsonView } from "../json-view.tsx";
import { SafeLink } from "../safe-link.tsx";
import { BlobLink } from "./blob-link.tsx";
import { dataUri, isRecord, stringAt } from "./content-fields.ts";
import { TextResult } from "./text-result.tsx";
import classes from "./tool-answer.module.css";

/** One piece of an answer, by its type. What we do not know, or cannot trust, is shown as the JSON it is. */
export function ContentBlock({ block }: { block: Readonly<Record<string, unknown>> }) {
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
      return <ResourceLink link={block} />;
    default:
      return <JsonView value={block} />;
  }
}

/** A resource that came along. Its HTML, if it is some, stays text. */
function EmbeddedResource({ resource }: { resource: Readonly<Record<string, unknown>> }) {
  const image = stringAt(resource, "blob") === "" ? null : dataUri({ ...resource, data: resource.blob }, "image");
  return (
    <div className={classes.box}>
      <span className="pb-label">Resource {stringAt(resource, "mimeType")}</span>
      <span className="pb-mono">
        <ForeignText>{stringAt(resource, "uri")}</ForeignText>
      </span>
      {typeof resource.text === "string" && <TextResult text={resource.text} plain={!isProse(resource)} />}
      {image !== null && <img className={classes.media} src={image} alt="In the resource" />}
      {typeof resource.blob === "string" && image === null && <BlobLink resource={resource} base64={resource.blob} />}
    </div>
  );
}

/** Where a resource is. Only https can be followed; everything else is text to read. */
function ResourceLink({ link }: { link: Readonly<Record<string, unknown>> }) {
  const uri = stringAt(link, "uri");
  const shown = <ForeignText>{uri}</ForeignText>;
  return (
    <div className={classes.box}>
      <span className="pb-label">Resource link {stringAt(link, "mimeType")}</span>
      <span className={classes.boxTitle}>
        <ForeignText>{stringAt(link, "title") || stringAt(link, "name")}</ForeignText>
      </span>
      {stringAt(link, "description") !== "" && <ForeignText>{stringAt(link, "description")}</ForeignText>}
      <span className="pb-mono">{/^https:/i.test(uri) ? <SafeLink href={uri}>{shown}</SafeLink> : shown}</span>
    </div>
  );
}

function isProse(resource: Readonly<Record<string, unknown>>): boolean {
  return /^(text\/(plain|markdown)|application\/json|)$/.test(stringAt(resource, "mimeType"));
}
