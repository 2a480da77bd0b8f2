import type { EventSink } from "../ports/event-sink.ts";

/** A sink that can be handed out before there is a socket server; what happens earlier nobody could have seen. */
export function lateSink(): { sink: EventSink; deliverTo(target: EventSink): void } {
  let target: EventSink | null = null;
  return {
    deliverTo: (given) => {
      target = given;
    },
    sink: {
      statusChanged: (...event) => target?.statusChanged(...event),
      serversChanged: (...event) => target?.serversChanged(...event),
      toolsChanged: (...event) => target?.toolsChanged(...event),
      callProgressed: (...event) => target?.callProgressed(...event),
      serverSaid: (...event) => target?.serverSaid(...event),
      rolloutChanged: (...event) => target?.rolloutChanged(...event),
      configProblemsChanged: (...event) => target?.configProblemsChanged(...event),
      sessionEnded: (...event) => target?.sessionEnded(...event),
    },
  };
}
