import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { podSpecWarnings } from '../core/pod/warnings.ts'
import type { PodTemplateSpec } from '../core/podTemplate.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import { type LabelSelector, labelSelectorMatches, labelSelectorRules } from '../meta/selectors.ts'
import { runningTemplateRules } from './template.ts'

const spec = at('spec')

interface Selecting {
  readonly selector?: LabelSelector
  readonly template: PodTemplateSpec
}

/** Rules of the selector and the template of a Deployment or ReplicaSet. */
export function selectorRules({ selector, template }: Selecting): FieldError[] {
  const path = spec.child('selector')
  const errors: FieldError[] = []
  let selects = true
  if (!selector) {
    errors.push(required(path))
    selects = false
  } else {
    const wrong = labelSelectorRules(selector, path)
    const empty = !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length
    errors.push(...wrong)
    if (empty) errors.push(invalid(path, selector, 'empty selector is invalid for deployment'))
    if (wrong.length) return [...errors, invalid(path, selector, 'invalid label selector')]
    selects = labelSelectorMatches(selector, template.metadata.labels)
  }
  return [...errors, ...runningTemplateRules(template, selects, 'ReplicaSet', spec.child('template'))]
}

/** The selector of an object never changes. */
export const fixedSelectorRules = (object: { spec: Selecting }, old: { spec: Selecting }): FieldError[] =>
  equal(object.spec.selector, old.spec.selector)
    ? []
    : [invalid(spec.child('selector'), object.spec.selector, 'field is immutable')]

/** A name that pods get their names from should be a DNS label. */
export function nameWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const wrong = old ? [] : dnsLabel(object.metadata.name ?? '')
  return wrong.length
    ? [
        `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`,
      ]
    : []
}

interface Templated {
  readonly metadata: { readonly generation?: number }
  readonly spec: { readonly template: PodTemplateSpec }
}

/** What a template is warned of: legal, but hardly meant. */
export const templateWarnings = ({ spec: { template } }: Templated): string[] =>
  podSpecWarnings(template.spec, template.metadata, spec.child('template'))

/** Warnings of a new object about its name and template, and of a changed one about its template. */
export const workloadWarnings = (
  object: KubeObject & Templated,
  old: (KubeObject & Templated) | undefined,
): string[] =>
  old && object.metadata.generation === old.metadata.generation
    ? []
    : [...nameWarnings(object, old), ...templateWarnings(object)]
