// The ingress controllers as Pods run them. Each is an ordinary Kubernetes client: nothing here
// knows of the cluster around it.

export { startIngressController } from "./profiles/ingress-nginx/controller.ts";
export type { ControllerOptions, RunningController } from "./control.ts";
