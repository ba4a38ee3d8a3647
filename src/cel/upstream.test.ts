import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  compile,
  createEnvironment,
  dyn,
  dynamic,
  estimateCost,
  evaluate,
  int,
  list,
  map,
  string,
  toJson,
  type Value,
} from './index.ts'
import { authorizerTypes, authorizerValue } from './library/authorizer.ts'

/**
 * What upstream's own environment for v1.36 answers: what it refuses and why, the value or error, the estimated range of
 * costs and the cost. Recorded once from its sources.
 */
interface Recorded {
  readonly text: string
  readonly refused?: string
  readonly unplannable?: string
  readonly type?: string
  readonly json?: unknown
  readonly value?: string
  readonly fails?: string
  readonly cost?: number
  readonly estimate?: readonly [number, number]
}

const recorded = JSON.parse(readFileSync(new URL('upstream.golden.json', import.meta.url), 'utf8')) as Recorded[]

const env = createEnvironment({
  variables: {
    ...{ x: int, name: string, nums: list(int), names: list(string), data: map(string, dyn), any: dyn },
    authorizer: authorizerTypes.authorizer,
  },
})
const data: Record<string, unknown> = {
  x: 3,
  name: 'hello',
  nums: [1, 2, 3],
  names: ['a', 'bb', 'ccc'],
  data: { key: { inner: 1 }, n: 2, s: 'text' },
  any: { a: 1, l: [1, 'two', 3.5, true, null], d: { 'b-c': 'v' } },
}
const bindings: Record<string, Value> = {
  ...Object.fromEntries(Object.entries(data).map(([name, value]) => [name, dynamic(value)])),
  authorizer: authorizerValue(() => ({ allowed: true, reason: 'ok' })),
}

const sizes = (path: readonly string[]): number | undefined => {
  const last = path.at(-1) ?? ''
  if (last === 'name') return 20
  if (['nums', 'names', 'data'].includes(last)) return 10
  return last === '@items' && path[0] === 'names' ? 12 : undefined
}

function answer(text: string, wanted: Recorded): Partial<Recorded> {
  const compiled = compile(text, env)
  if ('errors' in compiled)
    return compiled.unplannable ? { unplannable: compiled.message } : { refused: compiled.message }
  const { min, max } = estimateCost(compiled, sizes)
  const outcome = evaluate(compiled.program, bindings)
  const spent = { cost: outcome.cost, estimate: [min, max] as const }
  if ('error' in outcome) return { ...spent, fails: outcome.error.message }
  // Values of upstream's own types are recorded as Go prints them.
  return wanted.json === undefined && wanted.value !== undefined ? spent : { ...spent, json: toJson(outcome.value) }
}

/** What is compared: Go's form of types and opaque values is not. */
function comparable({ text: _, type: __, value: ___, estimate, ...rest }: Recorded): Partial<Recorded> {
  return rest.unplannable === undefined && estimate ? { ...rest, estimate } : rest
}

for (const wanted of recorded)
  test(`${wanted.text} is answered as upstream answers it`, () => {
    assert.deepEqual(answer(wanted.text, wanted), comparable(wanted))
  })
