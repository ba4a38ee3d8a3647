import type { MutatingWebhook, ValidatingWebhook } from '../../../api/admissionregistration/webhookType.ts'
import {
  type MutatingWebhookConfiguration,
  mutatingWebhookConfigurations,
  type ValidatingWebhookConfiguration,
  validatingWebhookConfigurations,
} from '../../../api/index.ts'
import { type Selector, selectorOfLabelSelector } from '../../../api/meta/selectors.ts'
import type { Resource } from '../../../api/resource.ts'
import type { ObjectReader } from '../../contract.ts'
import { type Condition, compileConditions } from './conditions.ts'

/** A webhook of a configuration, ready to be asked whether it is meant. */
export interface Hook<W extends MutatingWebhook | ValidatingWebhook = MutatingWebhook | ValidatingWebhook> {
  /** Tells it from all others. */
  readonly id: string
  readonly configuration: string
  readonly webhook: W
  readonly namespaces: Selector
  readonly objects: Selector
  readonly conditions: readonly Condition[]
}

type Configuration<W> = { readonly metadata: { readonly name?: string }; readonly webhooks?: readonly W[] }

function hooksOf<W extends MutatingWebhook | ValidatingWebhook>({
  metadata,
  webhooks = [],
}: Configuration<W>): readonly Hook<W>[] {
  const configuration = metadata.name ?? ''
  return webhooks.map((webhook, index) => ({
    id: `${configuration}/${webhook.name}/${index}`,
    configuration,
    webhook,
    namespaces: selectorOfLabelSelector(webhook.namespaceSelector ?? {}),
    objects: selectorOfLabelSelector(webhook.objectSelector ?? {}),
    conditions: compileConditions(webhook.matchConditions ?? []),
  }))
}

/** All webhooks of all configurations of a kind, by the configurations' names; read anew only when one has changed. */
function hooksIn<C extends Configuration<W>, W extends MutatingWebhook | ValidatingWebhook>(
  objects: ObjectReader,
  resource: Resource,
): () => readonly Hook<W>[] {
  const read = new WeakMap<object, readonly Hook<W>[]>()
  let known: { readonly version: number; readonly hooks: readonly Hook<W>[] } | undefined
  return () => {
    const version = objects.version(resource)
    if (known?.version === version) return known.hooks
    const configurations = [...objects.list(resource)] as unknown as C[]
    configurations.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    const hooks = configurations.flatMap(each => {
      const made = read.get(each) ?? hooksOf<W>(each)
      read.set(each, made)
      return made
    })
    known = { version, hooks }
    return hooks
  }
}

export const mutatingHooks = (objects: ObjectReader): (() => readonly Hook<MutatingWebhook>[]) =>
  hooksIn<MutatingWebhookConfiguration, MutatingWebhook>(objects, mutatingWebhookConfigurations as unknown as Resource)

export const validatingHooks = (objects: ObjectReader): (() => readonly Hook<ValidatingWebhook>[]) =>
  hooksIn<ValidatingWebhookConfiguration, ValidatingWebhook>(
    objects,
    validatingWebhookConfigurations as unknown as Resource,
  )
