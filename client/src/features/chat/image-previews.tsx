import { CloseButton } from "@mantine/core";
import classes from "./composer.module.css";
import type { ImageToSend } from "./use-images.ts";

/** Images that go with the next message. */
export function ImagePreviews({ images, onRemove }: { images: readonly ImageToSend[]; onRemove(id: string): void }) {
  if (images.length === 0) return null;
  return (
    <ul className={classes.previews} aria-label="Attached images">
      {images.map(({ id, name, mediaType, data }) => (
        <li key={id}>
          <img src={`data:${mediaType};base64,${data}`} alt={name} />
          <CloseButton
            className={classes.remove}
            size="sm"
            radius="xl"
            variant="filled"
            aria-label={`Remove ${name || "image"}`}
            onClick={() => onRemove(id)}
          />
        </li>
      ))}
    </ul>
  );
}
