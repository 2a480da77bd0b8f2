import { useState } from "react";
import { randomId } from "../../lib/random-id.ts";
import type { AttachedResource } from "./attach/attached-chips.tsx";
import type { NewMessage } from "./chat-api.ts";
import { useDraft } from "./use-draft.ts";
import { type Images, useImages } from "./use-images.ts";

/** What is being written, and what goes with it. */
export interface Writing {
  draft: string;
  setDraft(draft: string): void;
  images: Images;
  /** Resources of servers. */
  attached: readonly AttachedResource[];
  setAttached(attached: readonly AttachedResource[]): void;
  /** It is sent: the input is empty again. */
  take(): Pick<NewMessage, "text" | "images" | "resources">;
  /** It was not sent: back into the input. */
  putBack(message: NewMessage): void;
}

/** `place`: whose, and in which conversation. */
export function useWriting(place: string): Writing {
  const [draft, setDraft] = useDraft(place);
  const images = useImages();
  const [attached, setAttached] = useState<readonly AttachedResource[]>([]);
  return {
    draft,
    setDraft,
    images,
    attached,
    setAttached,
    take() {
      const taken = {
        text: draft,
        images: images.images.map(({ mediaType, data }) => ({ mediaType, data })),
        resources: attached.map(({ server, uri }) => ({ server, uri })),
      };
      setAttached([]);
      setDraft("");
      images.set([]);
      return taken;
    },
    putBack({ text, images: sent, resources }) {
      setAttached(resources.map((each) => ({ ...each, title: each.uri })));
      setDraft(text);
      images.set(sent.map((image) => ({ id: randomId(), name: "", ...image })));
    },
  };
}
