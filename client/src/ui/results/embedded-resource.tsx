import { ForeignText } from "../foreign-text.tsx";
import { BlobLink } from "./blob-link.tsx";
import { dataUri, stringAt } from "./content-fields.ts";
import { TextResult } from "./text-result.tsx";
import classes from "./tool-answer.module.css";

/** A resource that came along. Its HTML, if it is some, stays text. */
export function EmbeddedResource({ resource }: { resource: Readonly<Record<string, unknown>> }) {
  const image = stringAt(resource, "blob") === "" ? null : dataUri({ ...resource, data: resource.blob }, "image");
  return (
    <div className={classes.box}>
      <span className="pb-label">
        Resource <ForeignText maxLength={100}>{stringAt(resource, "mimeType")}</ForeignText>
      </span>
      <span className="pb-mono">
        <ForeignText>{stringAt(resource, "uri")}</ForeignText>
      </span>
      {typeof resource.text === "string" && <TextResult text={resource.text} plain={!isProse(resource)} />}
      {image !== null && <img className={classes.media} src={image} alt="In the resource" />}
      {typeof resource.blob === "string" && image === null && <BlobLink resource={resource} base64={resource.blob} />}
    </div>
  );
}

function isProse(resource: Readonly<Record<string, unknown>>): boolean {
  return /^(text\/(plain|markdown)|application\/json|)$/.test(stringAt(resource, "mimeType"));
}
