import { useState } from "react";
import { randomId } from "../../lib/random-id.ts";
import { toastFailure } from "../../ui/toast.ts";

/** An image that goes with the next message. */
export interface ImageToSend {
  id: string;
  name: string;
  mediaType: string;
  /** Base64. */
  data: string;
}

const MEDIA_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
export const ACCEPTED_IMAGES = MEDIA_TYPES.join(",");
/** The server's own limits: how many, and how long each may be in base64. */
const MAX_IMAGES = 8;
const MAX_BASE64 = 8 * 1024 * 1024;
/** All of them, with room for the text. */
const MAX_TOGETHER = 22 * 1024 * 1024;

export interface Images {
  images: readonly ImageToSend[];
  /** Takes what are images; says why it does not take one. */
  add(files: readonly File[]): void;
  remove(id: string): void;
  set(images: readonly ImageToSend[]): void;
}

export function useImages(): Images {
  const [images, setImages] = useState<readonly ImageToSend[]>([]);
  const read = async (files: readonly File[]) => {
    const added: ImageToSend[] = [];
    for (const file of files) {
      const image = MEDIA_TYPES.includes(file.type) ? await imageOf(file) : null;
      if (image === null) refuse(file, "Images are PNG, JPEG, GIF or WebP.");
      else if (image.data.length > MAX_BASE64) refuse(file, "An image may have 6 MB.");
      else added.push(image);
    }
    setImages((before) => {
      const all = [...before, ...added].slice(0, MAX_IMAGES);
      let room = MAX_TOGETHER;
      return all.filter(({ data }) => {
        room -= data.length;
        return room >= 0;
      });
    });
    if (images.length + added.length > MAX_IMAGES)
      toastFailure({ about: "images", title: `${MAX_IMAGES} images at most`, error: { message: "The others were left out" } });
  };
  return {
    images,
    add: (files) => void read(files),
    remove: (id) => setImages((before) => before.filter((image) => image.id !== id)),
    set: setImages,
  };
}

function refuse({ name }: File, why: string): void {
  toastFailure({ title: `${name || "That"} cannot be attached`, error: { message: why } });
}

async function imageOf(file: File): Promise<ImageToSend | null> {
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
    const data = url.slice(url.indexOf(",") + 1);
    return data === "" ? null : { id: randomId(), name: file.name, mediaType: file.type, data };
  } catch {
    return null;
  }
}
