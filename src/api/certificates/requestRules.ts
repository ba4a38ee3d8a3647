import { equal } from '../../schema/derive/equal.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from './certificateSigningRequestType.ts'
import { signerNameRules } from './signerName.ts'

/** The shortest life that may be asked for, in seconds. */
const shortest = 600
const usageNames = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
].sort()
const conditionsPath = at('status', 'conditions')
/** Decisions, which are True or not there. */
const decisions = ['Approved', 'Denied', 'Failed']
const statuses = ['False', 'True', 'Unknown']

/** Rules of a request, and of what became of it; what was wrong before may stay so. */
export function requestRules(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
): readonly FieldError[] {
  return [...(old ? [] : specRules(request)), ...conditionRules(request, old)]
}

function specRules({ spec }: CertificateSigningRequest): readonly FieldError[] {
  const { request, signerName, expirationSeconds, usages = [] } = spec
  const path = at('spec')
  const errors: FieldError[] = []
  if (!/^-----BEGIN CERTIFICATE REQUEST-----/m.test(textOf(request)))
    errors.push(invalid(path.child('request'), request, 'PEM block type must be CERTIFICATE REQUEST'))
  if (usages.length === 0) errors.push(required(path.child('usages')))
  const usagePath = (index: number) => path.child('usages').index(index)
  for (const [index, usage] of usages.entries())
    if (!usageNames.includes(usage)) errors.push(notSupported(usagePath(index), usage, usageNames))
  for (const [index, usage] of usages.entries())
    if (usages.indexOf(usage) < index) errors.push(duplicate(usagePath(index), usage))
  if (signerName === 'kubernetes.io/legacy-unknown')
    errors.push(
      invalid(path.child('signerName'), signerName, 'the legacy signerName is not allowed via this API version'),
    )
  else errors.push(...signerNameRules(signerName, path.child('signerName')))
  if (expirationSeconds !== undefined && expirationSeconds < shortest)
    errors.push(
      invalid(
        path.child('expirationSeconds'),
        expirationSeconds,
        `may not specify a duration less than ${shortest} seconds (10 minutes)`,
      ),
    )
  return errors
}

const textOf = (base64: string) => new TextDecoder('latin1').decode(Uint8Array.fromBase64(base64))
const ofType = ({ status }: CertificateSigningRequest, type: string) =>
  (status.conditions ?? []).filter(each => each.type === type)
const isContradictory = (request: CertificateSigningRequest) =>
  ofType(request, 'Approved').length > 0 && ofType(request, 'Denied').length > 0

function conditionRules(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
): readonly FieldError[] {
  const conditions = request.status.conditions ?? []
  const errors: FieldError[] = []
  for (const [index, { type, status }] of conditions.entries()) {
    const path = conditionsPath.index(index)
    if (!type) errors.push(required(path.child('type')))
    const allowed = decisions.includes(type) ? ['True'] : statuses
    if (!status) errors.push(required(path.child('status')))
    else if (!allowed.includes(status)) errors.push(notSupported(path.child('status'), status, allowed))
    if (conditions.findIndex(each => each.type === type) < index && !(old && ofType(old, type).length > 1))
      errors.push(duplicate(path.child('type'), type))
  }
  if (isContradictory(request) && !(old && isContradictory(old))) {
    const second = conditions.findLast(({ type }) => type === 'Approved' || type === 'Denied')?.type
    errors.push(invalid(conditionsPath, second, 'Approved and Denied conditions are mutually exclusive'))
  }
  return errors
}

/** What an update of the status, or of the approval, may change: decisions stay, and only who approves makes them. */
export function statusUpdateRules(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  may: { readonly decide: boolean; readonly issue: boolean },
): readonly FieldError[] {
  const errors: FieldError[] = []
  const told = (words: string, type: string) =>
    errors.push(forbidden(conditionsPath, `updates may not ${words} a condition of type "${type}"`))
  for (const type of decisions) if (ofType(request, type).length < ofType(old, type).length) told('remove', type)
  for (const type of may.decide ? [] : ['Approved', 'Denied']) {
    const [before, now] = [ofType(old, type), ofType(request, type)]
    if (now.length > before.length) told('add', type)
    else if (now.length === before.length && !equal(before, now)) told('modify', type)
  }
  const path = at('status', 'certificate')
  const [before, now] = [old.status.certificate ?? '', request.status.certificate ?? '']
  if (before !== now && !may.issue) errors.push(forbidden(path, 'updates may not set certificate content'))
  else if (before !== now && before !== '')
    errors.push(forbidden(path, 'updates may not modify existing certificate content'))
  else if (before !== now && !/^-----BEGIN CERTIFICATE-----/m.test(textOf(now)))
    errors.push(invalid(path, '<certificate data>', 'must contain at least one CERTIFICATE PEM block'))
  return errors
}

/** Conditions with the times that writers left out: since when they are so is as before where nothing changed. */
export const stamped = (
  conditions: readonly CertificateSigningRequestCondition[] | undefined,
  before: readonly CertificateSigningRequestCondition[] | undefined,
  now: string,
): CertificateSigningRequestCondition[] | undefined =>
  conditions?.map(condition => ({
    ...condition,
    lastUpdateTime: condition.lastUpdateTime || now,
    lastTransitionTime:
      condition.lastTransitionTime ||
      before?.find(({ type, status }) => type === condition.type && status === condition.status)?.lastTransitionTime ||
      now,
  }))
