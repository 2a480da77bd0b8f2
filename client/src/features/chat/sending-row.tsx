import { Button, Group } from "@mantine/core";
import { Failure } from "../../ui/notice.tsx";
import classes from "./message-row.module.css";
import type { Outgoing } from "./use-outbox.ts";

interface SendingRowProps {
  outgoing: Outgoing;
  onSendAgain(): void;
  /** Back into the input. */
  onTakeBack(): void;
}

/** A message that the server has not said yet. */
export function SendingRow({ outgoing: { message, error }, onSendAgain, onTakeBack }: SendingRowProps) {
  return (
    <article className={classes.row} data-own data-sending={error === null || undefined} aria-label="You">
      <div className={classes.body}>
        {message.images.map(({ mediaType, data }) => (
          <img key={data.slice(-64)} className={classes.image} src={`data:${mediaType};base64,${data}`} alt="Attached" />
        ))}
        {message.text !== "" && <p className={classes.plain}>{message.text}</p>}
      </div>
      {error !== null && (
        <div className={classes.unsent}>
          <Failure error={error}>
            <Group gap="xs" mt={8}>
              <Button size="xs" onClick={onSendAgain}>
                Send again
              </Button>
              <Button size="xs" variant="default" onClick={onTakeBack}>
                Edit
              </Button>
            </Group>
          </Failure>
        </div>
      )}
    </article>
  );
}
