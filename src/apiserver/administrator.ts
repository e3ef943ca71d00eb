// Whose requests these are when they do not say: the holder of a kubeadm cluster's admin.conf.

import type { User } from "./authorizer.ts";

export const administrator: User = {
  name: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:authenticated"],
};
