import { forbidden, invalid, notSupported } from '../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { podSpecDefaults } from '../core/pod/defaults.ts'
import { podSpecRules } from '../core/pod/rules/spec.ts'
import type { PodTemplateSpec } from '../core/podTemplate.ts'
import { labelRules } from '../meta/labelSelector.ts'
import { annotationRules } from '../meta/metadataRules.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { Column } from '../resource.ts'

/**
 * Rules of a template whose pods are kept running: it has the selector's labels, and its pods are always restarted.
 * `owner`: the kind, as a message names it.
 */
export function runningTemplateRules(
  template: PodTemplateSpec,
  selected: boolean,
  owner: string,
  path: Path,
): FieldError[] {
  const { labels = {}, annotations = {} } = template.metadata
  const errors: FieldError[] = [
    ...labelRules(labels, path.child('labels')),
    ...annotationRules(annotations, path.child('annotations')),
    ...podSpecRules(template.spec, path.child('spec')),
  ]
  if (!selected)
    errors.push(invalid(path.child('metadata', 'labels'), labels, '`selector` does not match template `labels`'))
  return [...errors, ...alwaysRunningRules(template, owner, path)]
}

/** Pods of the template are restarted for ever. `owner`: the kind, as a message names it. */
export function alwaysRunningRules({ spec }: PodTemplateSpec, owner: string, path: Path): FieldError[] {
  const { restartPolicy, activeDeadlineSeconds } = spec
  const errors: FieldError[] = []
  if (restartPolicy !== undefined && restartPolicy !== 'Always')
    errors.push(notSupported(path.child('spec', 'restartPolicy'), restartPolicy, ['Always']))
  if (activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(path.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${owner} is not Supported`),
    )
  return errors
}

/** Defaults of a template that its fields can't tell by themselves. */
export const templateDefaults = (template: PodTemplateSpec): void => podSpecDefaults(template.spec)

/** Wide columns of a template: its containers and their images. */
export const containerColumns = <T extends KubeObject>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
): Column<T>[] => [
  {
    name: 'Containers',
    type: 'string',
    description: 'Names of the containers.',
    priority: 1,
    cell: object => (templateOf(object)?.spec.containers ?? []).map(container => container.name).join(','),
  },
  {
    name: 'Images',
    type: 'string',
    description: 'Images of the containers.',
    priority: 1,
    cell: object => (templateOf(object)?.spec.containers ?? []).map(container => container.image ?? '').join(','),
  },
]

/** A column that shows a number. */
export const countColumn = <T extends KubeObject>(
  name: string,
  description: string,
  cell: (object: T) => number,
): Column<T> => ({
  name,
  type: 'integer',
  description,
  cell,
})
