import { Button } from "@mantine/core";
import { useState } from "react";
import type { Live } from "../../../lib/live.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { useRequest } from "../../../lib/use-request.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { Tag } from "../../../ui/tag.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import classes from "./attach.module.css";
import { type ListedResource, listResources } from "./attach-api.ts";
import type { AttachedResource } from "./attached-chips.tsx";
import { CatalogueList } from "./catalogue-list.tsx";
import { ChosenHead } from "./chosen-head.tsx";
import { CompletedInput } from "./completed-input.tsx";
import { ResourcePreview } from "./resource-preview.tsx";
import { expanded, variablesOf } from "./uri-template.ts";
import type { WatchedResources } from "./watched-resources.ts";

interface ResourcePaneProps {
  live: Live;
  server: string;
  attached: readonly AttachedResource[];
  watched: WatchedResources;
  onAttach(resource: AttachedResource): void;
}

/** A server's resources: choose one, fill in what a template leaves open, look at it, attach it. */
export function ResourcePane({ live, server, attached, watched, onAttach }: ResourcePaneProps) {
  const listed = useRequest(server, async (signal) =>
    (await listResources(server, signal)).map((each) => ({ ...each, key: `${each.isTemplate} ${each.uri}`, place: each.uri })),
  );
  useLiveEvent(live, "catalogue", (changed) => changed === server && listed.reload());
  const [chosen, setChosen] = useState<ListedResource | null>(null);
  if (chosen === null) {
    return (
      <CatalogueList
        what="resources"
        items={listed}
        marksOf={({ uri, isTemplate, mediaType }) => (
          <span className={classes.marks}>
            {isTemplate && <Tag>Template</Tag>}
            {mediaType !== "" && <span className="pb-label">{visibleString(mediaType.slice(0, 60))}</span>}
            {watched.isWatched(server, uri) && (
              <Tag isNews={watched.hasChanged(server, uri)}>{watched.hasChanged(server, uri) ? "Changed" : "Watched"}</Tag>
            )}
          </span>
        )}
        onSelect={setChosen}
      />
    );
  }
  return (
    <div className={classes.detail}>
      <ChosenHead title={chosen.title} back="All resources" onBack={() => setChosen(null)} />
      {chosen.isTemplate ? (
        <Template server={server} template={chosen} attached={attached} watched={watched} onAttach={onAttach} />
      ) : (
        <ResourcePreview server={server} resource={chosen} attached={attached} watched={watched} onAttach={onAttach} />
      )}
    </div>
  );
}

interface TemplateProps extends Omit<ResourcePaneProps, "live"> {
  template: ListedResource;
}

function Template({ server, template, ...props }: TemplateProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [shown, setShown] = useState<string | null>(null);
  const names = variablesOf(template.uri);
  const uri = expanded(template.uri, values);
  const complete = names.every((name) => (values[name] ?? "") !== "");
  return (
    <>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) setShown(uri);
        }}
      >
        {names.map((name) => (
          <CompletedInput
            key={name}
            server={server}
            of={{ type: "ref/resource", uri: template.uri }}
            name={name}
            required
            values={values}
            onChange={(value) => setValues({ ...values, [name]: value })}
          />
        ))}
        <span className={classes.place}>
          <ForeignText maxLength={500}>{uri}</ForeignText>
        </span>
        <div>
          <Button type="submit" variant="default" disabled={!complete}>
            Look at it
          </Button>
        </div>
      </form>
      {shown !== null && (
        <ResourcePreview key={shown} server={server} resource={{ ...template, uri: shown, isTemplate: false }} {...props} />
      )}
    </>
  );
}
