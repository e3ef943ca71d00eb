// What can go wrong between two addresses. The words that a tool prints live in that tool.

/** Named as POSIX names them; `timeout` is ETIMEDOUT, `refused` ECONNREFUSED, and so on. */
export type NetFault =
  | "refused" //      nobody listens there: a RST came back
  | "timeout" //      nothing came back at all
  | "unreachable" //  no route to that host
  | "reset" //        the peer tore the connection down
  | "ended" //        the peer ended before it had answered
  | "closed" //       used after it was closed on this side
  | "taken" //        somebody listens at that address already (EADDRINUSE)
  | "unresolved"; //  no address for that name

/** A failure of the network. Decide by `fault`, never by the message. */
export class NetError extends Error {
  override name = "NetError";
  readonly fault: NetFault;

  constructor(fault: NetFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
