// The kubeconfig of a cluster that cannot be reached, for commands that would talk to one.

/** Nothing listens on its port of the loopback interface. */
export const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}]
users: [{name: u, user: {token: t}}]
`
