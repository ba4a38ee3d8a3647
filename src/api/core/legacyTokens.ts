/** On a Secret with a token of a service account: the day on which the token was last used, in UTC. */
export const lastUsedLabel = 'kubernetes.io/legacy-token-last-used'

/** On such a Secret: the day from which its token is refused. */
export const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since'

/** The ConfigMap in kube-system whose `since` is the day from which uses are noted. */
export const trackingName = 'kube-apiserver-legacy-service-account-token-tracking'
