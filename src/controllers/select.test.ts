import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ControllerModule } from './controller.ts'
import { selectControllers } from './select.ts'

const module = (name: string): ControllerModule => ({ name, account: name, create: () => [] })
const all = ['a-controller', 'b-controller', 'c-controller'].map(module)

const cases: readonly [words: string[], running: string[]][] = [
  [[], ['a-controller', 'b-controller', 'c-controller']],
  [['*'], ['a-controller', 'b-controller', 'c-controller']],
  [
    ['*', '-b-controller'],
    ['a-controller', 'c-controller'],
  ],
  [
    ['c-controller', 'a-controller'],
    ['a-controller', 'c-controller'],
  ],
  [['-a-controller', 'a-controller'], []],
  [['-a-controller'], []],
]
for (const [words, running] of cases)
  test(`--controllers ${words.join(',') || 'absent'} runs ${running.join(' and ') || 'none'}`, () => {
    assert.deepEqual(
      selectControllers(all, words).map(({ name }) => name),
      running,
    )
  })

test('a controller that nobody knows is refused, with those that there are', () => {
  assert.throws(() => selectControllers(all, ['*', '-d-controller']), {
    message: '"-d-controller" is not in the list of known controllers: a-controller, b-controller, c-controller',
  })
})
