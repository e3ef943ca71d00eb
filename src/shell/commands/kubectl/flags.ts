// The commands and flags of kubectl 1.32, as its own help lists them: what a real kubectl would
// understand. A flag that is here and that a command of ours does not honour is "not in this
// hotel"; one that is not here is unknown.
//
// Notation: NAME or NAME/LETTER, then "?" for a switch, "=" for a value, "*" for a list.

/** The flags of each command, by its path. */
export const realFlags: Readonly<Record<string, string>> = {
  options: "",
  alpha: "",
  create:
    "allow-missing-template-keys? dry-run= edit? field-manager= filename/f* kustomize/k= output/o= raw= recursive/R? save-config? selector/l= show-managed-fields? template= validate= windows-line-endings?",
  "create clusterrole":
    "aggregation-rule= allow-missing-template-keys? dry-run= field-manager= non-resource-url* output/o= resource* resource-name* save-config? show-managed-fields? template= validate= verb*",
  "create clusterrolebinding":
    "allow-missing-template-keys? clusterrole= dry-run= field-manager= group* output/o= save-config? serviceaccount* show-managed-fields? template= user* validate=",
  "create configmap":
    "allow-missing-template-keys? append-hash? dry-run= field-manager= from-env-file* from-file* from-literal* output/o= save-config? show-managed-fields? template= validate=",
  "create cronjob":
    "allow-missing-template-keys? dry-run= field-manager= image= output/o= restart= save-config? schedule= show-managed-fields? template= validate=",
  "create deployment":
    "allow-missing-template-keys? dry-run= field-manager= image* output/o= port= replicas/r= save-config? show-managed-fields? template= validate=",
  "create ingress":
    "allow-missing-template-keys? annotation* class= default-backend= dry-run= field-manager= output/o= rule* save-config? show-managed-fields? template= validate=",
  "create job":
    "allow-missing-template-keys? dry-run= field-manager= from= image= output/o= save-config? show-managed-fields? template= validate=",
  "create namespace":
    "allow-missing-template-keys? dry-run= field-manager= output/o= save-config? show-managed-fields? template= validate=",
  "create poddisruptionbudget":
    "allow-missing-template-keys? dry-run= field-manager= max-unavailable= min-available= output/o= save-config? selector= show-managed-fields? template= validate=",
  "create priorityclass":
    "allow-missing-template-keys? description= dry-run= field-manager= global-default? output/o= preemption-policy= save-config? show-managed-fields? template= validate= value=",
  "create quota":
    "allow-missing-template-keys? dry-run= field-manager= hard= output/o= save-config? scopes= show-managed-fields? template= validate=",
  "create role":
    "allow-missing-template-keys? dry-run= field-manager= output/o= resource* resource-name* save-config? show-managed-fields? template= validate= verb*",
  "create rolebinding":
    "allow-missing-template-keys? clusterrole= dry-run= field-manager= group* output/o= role= save-config? serviceaccount* show-managed-fields? template= user* validate=",
  "create secret": "",
  "create secret docker-registry":
    "allow-missing-template-keys? append-hash? docker-email= docker-password= docker-server= docker-username= dry-run= field-manager= from-file* output/o= save-config? show-managed-fields? template= validate=",
  "create secret generic":
    "allow-missing-template-keys? append-hash? dry-run= field-manager= from-env-file* from-file* from-literal* output/o= save-config? show-managed-fields? template= type= validate=",
  "create secret tls":
    "allow-missing-template-keys? append-hash? cert= dry-run= field-manager= key= output/o= save-config? show-managed-fields? template= validate=",
  "create service": "",
  "create service clusterip":
    "allow-missing-template-keys? clusterip= dry-run= field-manager= output/o= save-config? show-managed-fields? tcp* template= validate=",
  "create service externalname":
    "allow-missing-template-keys? dry-run= external-name= field-manager= output/o= save-config? show-managed-fields? tcp* template= validate=",
  "create service loadbalancer":
    "allow-missing-template-keys? dry-run= field-manager= output/o= save-config? show-managed-fields? tcp* template= validate=",
  "create service nodeport":
    "allow-missing-template-keys? dry-run= field-manager= node-port= output/o= save-config? show-managed-fields? tcp* template= validate=",
  "create serviceaccount":
    "allow-missing-template-keys? dry-run= field-manager= output/o= save-config? show-managed-fields? template= validate=",
  "create token":
    "allow-missing-template-keys? audience* bound-object-kind= bound-object-name= bound-object-uid= duration= output/o= show-managed-fields? template=",
  expose:
    "allow-missing-template-keys? cluster-ip= dry-run= external-ip= field-manager= filename/f* kustomize/k= labels/l= load-balancer-ip= name= output/o= override-type= overrides= port= protocol= recursive/R? save-config? selector= session-affinity= show-managed-fields? target-port= template= type=",
  run: "allow-missing-template-keys? annotations* attach? cascade= command? dry-run= env* expose? field-manager= filename/f* force? grace-period= image= image-pull-policy= kustomize/k= labels/l= leave-stdin-open? output/o= override-type= overrides= pod-running-timeout= port= privileged? quiet/q? recursive/R? restart= rm? save-config? show-managed-fields? stdin/i? template= timeout= tty/t? wait?",
  set: "",
  "set env":
    "all? allow-missing-template-keys? containers/c= dry-run= env/e* field-manager= filename/f* from= keys* kustomize/k= list? local? output/o= overwrite? prefix= recursive/R? resolve? selector/l= show-managed-fields? template=",
  "set image":
    "all? allow-missing-template-keys? dry-run= field-manager= filename/f* kustomize/k= local? output/o= recursive/R? selector/l= show-managed-fields? template=",
  "set resources":
    "all? allow-missing-template-keys? containers/c= dry-run= field-manager= filename/f* kustomize/k= limits= local? output/o= recursive/R? requests= selector/l= show-managed-fields? template=",
  "set selector":
    "all? allow-missing-template-keys? dry-run= field-manager= filename/f* local? output/o= recursive/R? resource-version= show-managed-fields? template=",
  "set serviceaccount":
    "all? allow-missing-template-keys? dry-run= field-manager= filename/f* kustomize/k= local? output/o= recursive/R? show-managed-fields? template=",
  "set subject":
    "all? allow-missing-template-keys? dry-run= field-manager= filename/f* group* kustomize/k= local? output/o= recursive/R? selector/l= serviceaccount* show-managed-fields? template= user*",
  explain: "api-version= output/o= recursive?",
  get: "all-namespaces/A? allow-missing-template-keys? chunk-size= field-selector= filename/f* ignore-not-found? kustomize/k= label-columns/L* no-headers? output/o= output-watch-events? raw= recursive/R? selector/l= server-print? show-kind? show-labels? show-managed-fields? sort-by= subresource= template= watch/w? watch-only?",
  edit: "allow-missing-template-keys? field-manager= filename/f* kustomize/k= output/o= output-patch? recursive/R? save-config? show-managed-fields? subresource= template= validate= windows-line-endings?",
  delete:
    "all? all-namespaces/A? cascade= dry-run= field-selector= filename/f* force? grace-period= ignore-not-found? interactive/i? kustomize/k= now? output/o= raw= recursive/R? selector/l= timeout= wait?",
  rollout: "",
  "rollout history":
    "allow-missing-template-keys? filename/f* kustomize/k= output/o= recursive/R? revision= selector/l= show-managed-fields? template=",
  "rollout pause":
    "allow-missing-template-keys? field-manager= filename/f* kustomize/k= output/o= recursive/R? selector/l= show-managed-fields? template=",
  "rollout restart":
    "allow-missing-template-keys? field-manager= filename/f* kustomize/k= output/o= recursive/R? selector/l= show-managed-fields? template=",
  "rollout resume":
    "allow-missing-template-keys? field-manager= filename/f* kustomize/k= output/o= recursive/R? selector/l= show-managed-fields? template=",
  "rollout status": "filename/f* kustomize/k= recursive/R? revision= selector/l= timeout= watch/w?",
  "rollout undo":
    "allow-missing-template-keys? dry-run= filename/f* kustomize/k= output/o= recursive/R? selector/l= show-managed-fields? template= to-revision=",
  scale:
    "all? allow-missing-template-keys? current-replicas= dry-run= filename/f* kustomize/k= output/o= recursive/R? replicas= resource-version= selector/l= show-managed-fields? template= timeout=",
  autoscale:
    "allow-missing-template-keys? cpu-percent= dry-run= field-manager= filename/f* kustomize/k= max= min= name= output/o= recursive/R? save-config? show-managed-fields? template=",
  certificate: "",
  "certificate approve":
    "allow-missing-template-keys? filename/f* force? kustomize/k= output/o= recursive/R? show-managed-fields? template=",
  "certificate deny":
    "allow-missing-template-keys? filename/f* force? kustomize/k= output/o= recursive/R? show-managed-fields? template=",
  "cluster-info": "",
  "cluster-info dump":
    "all-namespaces/A? allow-missing-template-keys? namespaces* output/o= output-directory= pod-running-timeout= show-managed-fields? template=",
  top: "",
  "top node": "no-headers? selector/l= show-capacity? sort-by= use-protocol-buffers?",
  "top pod":
    "all-namespaces/A? containers? field-selector= no-headers? selector/l= sort-by= sum? use-protocol-buffers?",
  cordon: "dry-run= selector/l=",
  uncordon: "dry-run= selector/l=",
  drain:
    "chunk-size= delete-emptydir-data? disable-eviction? dry-run= force? grace-period= ignore-daemonsets? pod-selector= selector/l= skip-wait-for-delete-timeout= timeout=",
  taint:
    "all? allow-missing-template-keys? dry-run= field-manager= output/o= overwrite? selector/l= show-managed-fields? template= validate=",
  describe:
    "all-namespaces/A? chunk-size= filename/f* kustomize/k= recursive/R? selector/l= show-events?",
  logs: "all-containers? all-pods? container/c= follow/f? ignore-errors? insecure-skip-tls-verify-backend? limit-bytes= max-log-requests= pod-running-timeout= prefix? previous/p? selector/l= since= since-time= tail= timestamps?",
  attach: "container/c= pod-running-timeout= quiet/q? stdin/i? tty/t?",
  exec: "container/c= filename/f* pod-running-timeout= quiet/q? stdin/i? tty/t?",
  "port-forward": "address= pod-running-timeout=",
  proxy:
    "accept-hosts= accept-paths= address= api-prefix= append-server-path? disable-filter? keepalive= port/p= reject-methods= reject-paths= unix-socket/u= www/w= www-prefix/P=",
  cp: "container/c= no-preserve? retries=",
  auth: "",
  "auth can-i": "all-namespaces/A? list? no-headers? quiet/q? subresource=",
  "auth reconcile":
    "allow-missing-template-keys? dry-run= filename/f* kustomize/k= output/o= recursive/R? remove-extra-permissions? remove-extra-subjects? show-managed-fields? template=",
  "auth whoami": "allow-missing-template-keys? output/o= show-managed-fields? template=",
  debug:
    "arguments-only? attach? container/c= copy-to= custom= env* filename/f* image= image-pull-policy= keep-annotations? keep-init-containers? keep-labels? keep-liveness? keep-readiness? keep-startup? profile= quiet/q? replace? same-node? set-image* share-processes? stdin/i? target= tty/t?",
  events:
    "all-namespaces/A? allow-missing-template-keys? chunk-size= for= no-headers? output/o= show-managed-fields? template= types* watch/w?",
  diff: "concurrency= field-manager= filename/f* force-conflicts? kustomize/k= prune? prune-allowlist* recursive/R? selector/l= server-side? show-managed-fields?",
  apply:
    "all? allow-missing-template-keys? cascade= dry-run= field-manager= filename/f* force? force-conflicts? grace-period= kustomize/k= openapi-patch? output/o= overwrite? prune? prune-allowlist* recursive/R? selector/l= server-side? show-managed-fields? subresource= template= timeout= validate= wait?",
  "apply edit-last-applied":
    "allow-missing-template-keys? field-manager= filename/f* kustomize/k= output/o= recursive/R? show-managed-fields? template= validate= windows-line-endings?",
  "apply set-last-applied":
    "allow-missing-template-keys? create-annotation? dry-run= filename/f* output/o= show-managed-fields? template=",
  "apply view-last-applied": "all? filename/f* kustomize/k= output/o= recursive/R? selector/l=",
  patch:
    "allow-missing-template-keys? dry-run= field-manager= filename/f* kustomize/k= local? output/o= patch/p= patch-file= recursive/R? show-managed-fields? subresource= template= type=",
  replace:
    "allow-missing-template-keys? cascade= dry-run= field-manager= filename/f* force? grace-period= kustomize/k= output/o= raw= recursive/R? save-config? show-managed-fields? subresource= template= timeout= validate= wait?",
  wait: "all? all-namespaces/A? allow-missing-template-keys? field-selector= filename/f* for= local? output/o= recursive/R? selector/l= show-managed-fields? template= timeout=",
  kustomize:
    "as-current-user? enable-alpha-plugins? enable-helm? env/e* helm-api-versions* helm-command= helm-debug? helm-kube-version= load-restrictor= mount* network? network-name= output/o=",
  label:
    "all? all-namespaces/A? allow-missing-template-keys? dry-run= field-manager= field-selector= filename/f* kustomize/k= list? local? output/o= overwrite? recursive/R? resource-version= selector/l= show-managed-fields? template=",
  annotate:
    "all? all-namespaces/A? allow-missing-template-keys? dry-run= field-manager= field-selector= filename/f* kustomize/k= list? local? output/o= overwrite? recursive/R? resource-version= selector/l= show-managed-fields? template=",
  completion: "",
  "api-resources":
    "api-group= cached? categories* namespaced? no-headers? output/o= sort-by= verbs*",
  "api-versions": "",
  config: "",
  "config current-context": "",
  "config delete-cluster": "",
  "config delete-context": "",
  "config delete-user": "",
  "config get-clusters": "",
  "config get-contexts": "no-headers? output/o=",
  "config get-users": "",
  "config rename-context": "",
  "config set": "set-raw-bytes?",
  "config set-cluster":
    "certificate-authority= embed-certs? insecure-skip-tls-verify? proxy-url= server= tls-server-name=",
  "config set-context": "cluster= current? namespace= user=",
  "config set-credentials":
    "auth-provider= auth-provider-arg* client-certificate= client-key= embed-certs? exec-api-version= exec-arg* exec-command= exec-env* exec-interactive-mode= exec-provide-cluster-info? password= token= username=",
  "config unset": "",
  "config use-context": "",
  "config view":
    "allow-missing-template-keys? flatten? merge? minify? output/o= raw? show-managed-fields? template=",
  plugin: "",
  "plugin list": "name-only?",
  version: "client? output/o=",
};

/** Flags that every command takes. */
export const globalFlags =
  "as= as-group* as-uid= cache-dir= certificate-authority= client-certificate= client-key= cluster= context= disable-compression? insecure-skip-tls-verify? kubeconfig= log-flush-frequency= match-server-version? namespace/n= password= profile= profile-output= request-timeout= server/s= tls-server-name= token= user= username= v/v= vmodule= warnings-as-errors?";

/** What the Usage line says, by path. */
export const realUsage: Readonly<Record<string, string>> = {
  create: "kubectl create -f FILENAME",
  "create clusterrole":
    "kubectl create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
  "create clusterrolebinding":
    "kubectl create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  "create configmap":
    "kubectl create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  "create cronjob":
    "kubectl create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  "create deployment": "kubectl create deployment NAME --image=image -- [COMMAND] [args...]",
  "create ingress": "kubectl create ingress NAME --rule=host/path=service:port[,tls[=secret]] ",
  "create job":
    "kubectl create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  "create namespace": "kubectl create namespace NAME [--dry-run=server|client|none]",
  "create poddisruptionbudget":
    "kubectl create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  "create priorityclass":
    "kubectl create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  "create quota":
    "kubectl create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  "create role":
    "kubectl create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
  "create rolebinding":
    "kubectl create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  "create secret": "kubectl create secret (docker-registry | generic | tls)",
  "create secret docker-registry":
    "kubectl create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
  "create secret generic":
    "kubectl create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  "create secret tls":
    "kubectl create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  "create service": "kubectl create service [flags]",
  "create service clusterip":
    "kubectl create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
  "create service externalname":
    "kubectl create service externalname NAME --external-name external.name [--dry-run=server|client|none]",
  "create service loadbalancer":
    "kubectl create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  "create service nodeport":
    "kubectl create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  "create serviceaccount": "kubectl create serviceaccount NAME [--dry-run=server|client|none]",
  "create token": "kubectl create token SERVICE_ACCOUNT_NAME",
  expose:
    "kubectl expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  run: 'kubectl run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  set: "kubectl set SUBCOMMAND",
  "set env": "kubectl set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  "set image":
    "kubectl set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  "set resources":
    "kubectl set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  "set selector":
    "kubectl set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  "set serviceaccount": "kubectl set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  "set subject":
    "kubectl set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  explain:
    "kubectl explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
  get: "kubectl get [(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
  edit: "kubectl edit (RESOURCE/NAME | -f FILENAME)",
  delete: "kubectl delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  rollout: "kubectl rollout SUBCOMMAND",
  "rollout history": "kubectl rollout history (TYPE NAME | TYPE/NAME) [flags]",
  "rollout pause": "kubectl rollout pause RESOURCE",
  "rollout restart": "kubectl rollout restart RESOURCE",
  "rollout resume": "kubectl rollout resume RESOURCE",
  "rollout status": "kubectl rollout status (TYPE NAME | TYPE/NAME) [flags]",
  "rollout undo": "kubectl rollout undo (TYPE NAME | TYPE/NAME) [flags]",
  scale:
    "kubectl scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  autoscale:
    "kubectl autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]",
  certificate: "kubectl certificate SUBCOMMAND",
  "certificate approve": "kubectl certificate approve (-f FILENAME | NAME)",
  "certificate deny": "kubectl certificate deny (-f FILENAME | NAME)",
  "cluster-info": "kubectl cluster-info [flags]",
  "cluster-info dump": "kubectl cluster-info dump [flags]",
  top: "kubectl top [flags]",
  "top node": "kubectl top node [NAME | -l label]",
  "top pod": "kubectl top pod [NAME | -l label]",
  cordon: "kubectl cordon NODE",
  uncordon: "kubectl uncordon NODE",
  drain: "kubectl drain NODE",
  taint: "kubectl taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  describe: "kubectl describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  logs: "kubectl logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  attach: "kubectl attach (POD | TYPE/NAME) -c CONTAINER",
  exec: "kubectl exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  "port-forward":
    "kubectl port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  proxy:
    "kubectl proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
  cp: "kubectl cp <file-spec-src> <file-spec-dest>",
  auth: "kubectl auth [flags]",
  "auth can-i": "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  "auth reconcile": "kubectl auth reconcile -f FILENAME",
  "auth whoami": "kubectl auth whoami",
  debug: "kubectl debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  events:
    "kubectl events [(-o|--output=)json|yaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
  diff: "kubectl diff -f FILENAME",
  apply: "kubectl apply (-f FILENAME | -k DIRECTORY)",
  "apply edit-last-applied": "kubectl apply edit-last-applied (RESOURCE/NAME | -f FILENAME)",
  "apply set-last-applied": "kubectl apply set-last-applied -f FILENAME",
  "apply view-last-applied":
    "kubectl apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  patch: "kubectl patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  replace: "kubectl replace -f FILENAME",
  wait: "kubectl wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  kustomize: "kubectl kustomize DIR [flags]",
  label:
    "kubectl label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  annotate:
    "kubectl annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  completion: "kubectl completion SHELL",
  "api-resources": "kubectl api-resources [flags]",
  "api-versions": "kubectl api-versions",
  config: "kubectl config SUBCOMMAND",
  "config current-context": "kubectl config current-context [flags]",
  "config delete-cluster": "kubectl config delete-cluster NAME",
  "config delete-context": "kubectl config delete-context NAME",
  "config delete-user": "kubectl config delete-user NAME",
  "config get-clusters": "kubectl config get-clusters [flags]",
  "config get-contexts": "kubectl config get-contexts [(-o|--output=)name)]",
  "config get-users": "kubectl config get-users [flags]",
  "config rename-context": "kubectl config rename-context CONTEXT_NAME NEW_NAME",
  "config set": "kubectl config set PROPERTY_NAME PROPERTY_VALUE",
  "config set-cluster":
    "kubectl config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
  "config set-context":
    "kubectl config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  "config set-credentials":
    "kubectl config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
  "config unset": "kubectl config unset PROPERTY_NAME",
  "config use-context": "kubectl config use-context CONTEXT_NAME",
  "config view": "kubectl config view [flags]",
  plugin: "kubectl plugin [flags]",
  "plugin list": "kubectl plugin list [flags]",
  version: "kubectl version [flags]",
};
