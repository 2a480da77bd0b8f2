import { Skeleton } from "@mantine/core";
import { ImageOff } from "lucide-react";
import type { ChatPart } from "../../../../schemas/chat-wire.ts";
import { useRequest } from "../../lib/use-request.ts";
import { readImage } from "./chat-api.ts";
import classes from "./message-row.module.css";

type Image = Extract<ChatPart, { type: "image" }>;

interface MessageImageProps {
  image: Image;
  conversationId: string;
  messageId: string;
  index: number;
}

/** An image in a message: only ever an <img>. A large one is fetched. */
export function MessageImage({ image, conversationId, messageId, index }: MessageImageProps) {
  const whole = useRequest(`${messageId} ${index}`, () =>
    image.data === "" ? readImage({ conversationId, messageId, index }) : Promise.resolve(image),
  );
  if (whole.data === null && whole.loading)
    return <Skeleton width={240} height={160} radius={12} aria-label="Loading an image" />;
  if (whole.data === null || !/^image\/(png|jpeg|gif|webp)$/.test(whole.data.mediaType)) {
    return (
      <p className={classes.attached}>
        <ImageOff size={15} aria-hidden="true" /> This image cannot be shown.
      </p>
    );
  }
  const { mediaType, data } = whole.data;
  return <img className={classes.image} src={`data:${mediaType};base64,${data}`} alt="Attached" />;
}
