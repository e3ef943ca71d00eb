// What a route does with a request before it is passed on: plain data, run in the order of the
// list by proxy/filters.ts. Each filter lets the request go on, changes it, or answers it.

export type Filter =
  /** Answers with a redirect. `location` may hold nginx variables ("$scheme://$http_host/app"). */
  | { readonly type: "redirect"; readonly status: number; readonly location: string }
  /** Answers with a status and the controller's own page for it. */
  | { readonly type: "deny"; readonly status: number; readonly why: string };

/** Shared by the many routes that only pass requests on. */
export const noFilters: readonly Filter[] = [];
