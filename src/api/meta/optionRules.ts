import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { fieldManagerRules } from './metadataRules.ts'
import type { CreateOptions, DeleteOptions, ListOptions, PatchOptions } from './options.ts'

/** Rules of request options, of upstream's metav1 validation. The failures are of kinds `CreateOptions`, `ListOptions`, ... in group meta.k8s.io. */

const dryRunRules = (dryRun: readonly string[] = []): FieldError[] =>
  dryRun.some(value => value !== 'All') ? [notSupported(at('dryRun'), dryRun, ['All'])] : []

/** Options of a create; those of an update are alike. */
export function createOptionRules({ fieldManager = '', dryRun, fieldValidation = '' }: CreateOptions): FieldError[] {
  const errors = [...fieldManagerRules(fieldManager, at('fieldManager')), ...dryRunRules(dryRun)]
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation))
    errors.push(notSupported(at('fieldValidation'), fieldValidation, ['', 'Ignore', 'Strict', 'Warn']))
  return errors
}

/** Options of a patch; `apply`: whether it is a server-side apply. */
export function patchOptionRules(options: PatchOptions, apply: boolean): FieldError[] {
  const errors: FieldError[] = []
  if (apply && !options.fieldManager) errors.push(required(at('fieldManager'), 'is required for apply patch'))
  if (!apply && options.force !== undefined)
    errors.push(forbidden(at('force'), 'may not be specified for non-apply patch'))
  return [...errors, ...createOptionRules(options)]
}

const propagation = ['Foreground', 'Background', 'Orphan']

export function deleteOptionRules({ orphanDependents, propagationPolicy, dryRun }: DeleteOptions): FieldError[] {
  const errors: FieldError[] = []
  const path = at('propagationPolicy')
  if (orphanDependents !== undefined && propagationPolicy !== undefined)
    errors.push(invalid(path, propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'))
  if (propagationPolicy !== undefined && !propagation.includes(propagationPolicy))
    errors.push(notSupported(path, propagationPolicy, [...propagation, 'nil'], true))
  return [...errors, ...dryRunRules(dryRun)]
}

/** Options of a list or, with `watch`, of a watch. */
export const listOptionRules = (options: ListOptions): FieldError[] =>
  options.watch ? watchRules(options) : listRules(options)

const matchPath = at('resourceVersionMatch')

function listRules({
  resourceVersionMatch: match,
  resourceVersion,
  continue: token,
  sendInitialEvents,
}: ListOptions): FieldError[] {
  const errors: FieldError[] = []
  if (match) {
    if (!resourceVersion)
      errors.push(forbidden(matchPath, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if (token) errors.push(forbidden(matchPath, 'resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported(matchPath, match, ['Exact', 'NotOlderThan', ''], true))
    if (match === 'Exact' && resourceVersion === '0')
      errors.push(forbidden(matchPath, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (sendInitialEvents !== undefined)
    errors.push(forbidden(at('sendInitialEvents'), 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchRules({ resourceVersionMatch: match, continue: token, sendInitialEvents }: ListOptions): FieldError[] {
  const errors: FieldError[] = []
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan')
    errors.push(forbidden(matchPath, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match) {
    if (sendInitialEvents === undefined)
      errors.push(
        forbidden(matchPath, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
      )
    if (match !== 'NotOlderThan') errors.push(notSupported(matchPath, match, ['NotOlderThan']))
    if (token) errors.push(forbidden(matchPath, 'resourceVersionMatch is forbidden when continue is provided'))
  }
  return errors
}
