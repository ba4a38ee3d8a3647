/** The parts of FlowSchema and PriorityLevelConfiguration (flowcontrol.apiserver.k8s.io/v1) that decide about requests. */
export interface FlowSubject {
  readonly kind: string
  readonly user?: { readonly name: string }
  readonly group?: { readonly name: string }
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
}

export interface FlowRules {
  readonly subjects: readonly FlowSubject[]
  readonly resourceRules?: readonly {
    readonly verbs: readonly string[]
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly clusterScope?: boolean
    readonly namespaces?: readonly string[]
  }[]
  readonly nonResourceRules?: readonly {
    readonly verbs: readonly string[]
    readonly nonResourceURLs: readonly string[]
  }[]
}

export interface FlowSchemaLike {
  readonly metadata: { readonly name?: string; readonly uid?: string }
  readonly spec: {
    readonly priorityLevelConfiguration: { readonly name: string }
    readonly matchingPrecedence?: number
    readonly distinguisherMethod?: { readonly type: string }
    readonly rules?: readonly FlowRules[]
  }
}

export interface QueuingConfiguration {
  readonly queues?: number
  readonly handSize?: number
  readonly queueLengthLimit?: number
}

export interface PriorityLevelLike {
  readonly metadata: { readonly name?: string; readonly uid?: string }
  readonly spec: {
    readonly type: string
    readonly limited?: {
      readonly nominalConcurrencyShares?: number
      readonly limitResponse: { readonly type: string; readonly queuing?: QueuingConfiguration }
      readonly lendablePercent?: number
      readonly borrowingLimitPercent?: number
    }
    readonly exempt?: { readonly nominalConcurrencyShares?: number; readonly lendablePercent?: number }
  }
}
