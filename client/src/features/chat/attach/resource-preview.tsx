import { Button, Loader } from "@mantine/core";
import { Eye, EyeOff, Paperclip } from "lucide-react";
import { useEffect } from "react";
import { useAction } from "../../../lib/use-action.ts";
import { useRequest } from "../../../lib/use-request.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Failure } from "../../../ui/notice.tsx";
import { ContentBlock } from "../../../ui/results/content-block.tsx";
import classes from "./attach.module.css";
import { type ListedResource, readResource } from "./attach-api.ts";
import { type AttachedResource, isSame, MAX_ATTACHED } from "./attached-chips.tsx";
import type { WatchedResources } from "./watched-resources.ts";

interface ResourcePreviewProps {
  server: string;
  resource: ListedResource;
  attached: readonly AttachedResource[];
  watched: WatchedResources;
  onAttach(resource: AttachedResource): void;
}

/** What is in a resource now. It is read once more when the message is sent. */
export function ResourcePreview({ server, resource, attached, watched, onAttach }: ResourcePreviewProps) {
  const { uri, title } = resource;
  const contents = useRequest(`${server}\0${uri}`, (signal) => readResource(server, uri, signal));
  const isWatched = watched.isWatched(server, uri);
  const watch = useAction(() => watched.watch(server, uri, !isWatched));
  const chip = { server, uri, title };
  const isAttached = attached.some((each) => isSame(each, chip));
  const changed = watched.hasChanged(server, uri);
  const { seen } = watched;
  const { reload } = contents;
  useEffect(() => {
    if (!changed) return;
    reload();
    seen(server, uri);
  }, [changed, reload, seen, server, uri]);
  return (
    <>
      {resource.description !== "" && (
        <p className={classes.description}>
          <ForeignText>{resource.description}</ForeignText>
        </p>
      )}
      <Failure error={contents.error} />
      {contents.data === null && contents.loading && <Loader size="sm" aria-label="Reading the resource" />}
      {contents.data !== null && (
        <section className={classes.preview} aria-label="Preview">
          {contents.data.map((content, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one resource have no other identity
            <ContentBlock key={index} block={{ type: "resource", resource: content }} />
          ))}
          {contents.data.length === 0 && <p className={classes.none}>There is nothing in it.</p>}
        </section>
      )}
      <div className={classes.actions}>
        <Button
          leftSection={<Paperclip size={16} aria-hidden="true" />}
          disabled={contents.data === null || isAttached || attached.length >= MAX_ATTACHED}
          onClick={() => onAttach(chip)}
        >
          {isAttached ? "Attached" : "Attach"}
        </Button>
        <Button
          variant="default"
          leftSection={isWatched ? <EyeOff size={16} aria-hidden="true" /> : <Eye size={16} aria-hidden="true" />}
          loading={watch.busy}
          onClick={() => void watch.run()}
        >
          {isWatched ? "Stop watching" : "Watch for changes"}
        </Button>
      </div>
    </>
  );
}
