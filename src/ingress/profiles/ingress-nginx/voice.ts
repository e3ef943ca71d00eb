// What the controller says: klog lines to its log, and Events, each of which is logged too.

import { Pod } from "../../../api/kinds/pod.ts";
import type { Obj } from "../../../api/object.ts";
import type { Random } from "../../../base/random.ts";
import { EventRecorder } from "../../../client/events.ts";
import type { ControllerOptions } from "../../control.ts";
import { klogLine } from "../../klog.ts";
import type { LogLine } from "./upstreams.ts";

export class Voice {
  readonly #o: ControllerOptions;
  readonly #events: EventRecorder;
  #silent = false;

  constructor(o: ControllerOptions, random: Random) {
    this.#o = o;
    const { client, clock } = o;
    this.#events = new EventRecorder({
      client,
      clock,
      random,
      component: "nginx-ingress-controller",
    });
  }

  readonly say = (...[level, source, text]: LogLine): void => {
    this.#o.log(klogLine(level, source, text, this.#o.clock.now()));
  };

  /** Records an Event and logs it as client-go's recorder does. */
  readonly event = (
    object: Obj,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void => {
    this.#events.event(object, type, reason, message);
    const { namespace = "", name, uid = "", resourceVersion = "" } = object.metadata;
    const reference =
      `v1.ObjectReference{Kind:"${object.kind}", Namespace:"${namespace}", Name:"${name}", ` +
      `UID:"${uid}", APIVersion:"${object.apiVersion}", ResourceVersion:"${resourceVersion}", ` +
      `FieldPath:""}`;
    this.say(
      "I",
      "event.go:377",
      `Event(${reference}): type: '${type}' reason: '${reason}' ${message}`,
    );
  };

  /** nginx runs with another configuration, or does not load it and keeps the one before. */
  reloaded(failure?: string): void {
    const message = "NGINX reload triggered due to a change in configuration";
    if (failure === undefined) return this.#podEvent("Normal", message);
    const dashes = "-".repeat(79);
    const text =
      `\n${dashes}\nError: exit status 1\nnginx: [emerg] ${failure}\n` +
      `nginx: configuration file /tmp/nginx/nginx-cfg test failed\n\n${dashes}\n`;
    this.say("E", "controller.go:226", `Unexpected failure reloading the backend:\n${text}`);
    this.#podEvent("Warning", `Error reloading NGINX: ${text}`);
  }

  /** Says nothing more of what is still under way. */
  fallSilent(): void {
    this.#silent = true;
  }

  #podEvent(type: "Normal" | "Warning", message: string): void {
    const { namespace, name } = this.#o.pod;
    void this.#o.client.get(Pod, `${namespace}/${name}`).then(
      (pod) => pod && !this.#silent && this.event(pod, type, "RELOAD", message),
      () => undefined,
    );
  }
}
