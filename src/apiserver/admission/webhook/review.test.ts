import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from './ask.ts'
import { readReview, reviewVersion, verdictIn } from './review.ts'

const verdict = (
  response: object | undefined,
  mutating = false,
  header: object = {},
  version: 'v1' | 'v1beta1' = 'v1',
) =>
  verdictIn(readReview({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', ...header, response }, version), {
    version,
    uid: 'u',
    mutating,
  })
const patch = Buffer.from('[]').toString('base64')

const wrong: readonly [what: string, response: object | undefined, mutating: boolean, header: object, words: string][] =
  [
    ['nothing', undefined, false, {}, 'webhook response was absent'],
    ['another uid', { uid: 'v', allowed: true }, false, {}, 'expected response.uid="u", got "v"'],
    [
      'another version',
      { uid: 'u', allowed: true },
      false,
      { apiVersion: 'admission.k8s.io/v1beta1' },
      'expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview',
    ],
    [
      'a patch, to no question for one',
      { uid: 'u', patch },
      false,
      {},
      'validating webhook may not return response.patch',
    ],
    [
      'the type of a patch, to no question for one',
      { uid: 'u', patchType: 'JSONPatch' },
      false,
      {},
      'validating webhook may not return response.patchType',
    ],
    ['a patch of no type', { uid: 'u', patch }, true, {}, 'webhook returned response.patch but not response.patchType'],
    [
      'the type of no patch',
      { uid: 'u', patchType: 'JSONPatch' },
      true,
      {},
      'webhook returned response.patchType but not response.patch',
    ],
    [
      'a patch of an empty type',
      { uid: 'u', patch, patchType: '' },
      true,
      {},
      'webhook returned invalid response.patchType of ""',
    ],
    ['a patch of another type', { uid: 'u', patch, patchType: 'Other' }, true, {}, 'unsupported patch type "Other"'],
  ]
for (const [what, response, mutating, header, message] of wrong)
  test(`an answer with ${what} is none`, () => assert.throws(() => verdict(response, mutating, header), { message }))

test('a patch is read', () => {
  assert.deepEqual(verdict({ uid: 'u', allowed: true, patch, patchType: 'JSONPatch' }, true).patch, '[]')
})

test('of reviews of long ago neither kind nor uid is asked', () => {
  const header = { apiVersion: undefined, kind: undefined }
  assert.deepEqual(verdict({ allowed: true, patch }, true, header, 'v1beta1').patch, '[]')
  assert.equal(verdict({ allowed: true, patch }, false, header, 'v1beta1').patch, '', 'nobody asked for one')
})

test('a webhook is asked in the first version it names that there is', () => {
  assert.deepEqual(
    [['v2', 'v1beta1', 'v1'], ['v1'], ['v2']].map(versions => reviewVersion(versions)),
    ['v1beta1', 'v1', undefined],
  )
})

const denied = 'admission webhook "w" denied the request'
const refusals: readonly [what: string, status: object | undefined, code: number, message: string][] = [
  ['nothing', undefined, 400, `${denied} without explanation`],
  ['a message', { message: 'no', code: 403 }, 403, `${denied}: no`],
  ['a reason', { reason: 'Because' }, 400, `${denied}: Because`],
  ['a success', { status: 'Success', message: 'fine', code: 200 }, 400, `${denied}: fine`],
]
for (const [what, status, code, message] of refusals)
  test(`a refusal with ${what} is told`, () => {
    const { body } = refusal('w', status as never)
    assert.deepEqual([body.status, body.code, body.message], ['Failure', code, message])
  })
