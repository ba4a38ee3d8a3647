import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { replicationControllers } from './replicationController.ts'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const metadata = { name: 'web', namespace: 'default' }

test('selector and labels come from the template', () => {
  const { object, errors } = write(replicationControllers, { metadata, spec: { template } })
  assert.deepEqual(
    [errors, object.spec.selector, object.metadata.labels, object.spec.replicas, object.status],
    [[], labels, labels, 1, { replicas: 0 }],
  )
  assert.deepEqual(cells(replicationControllers, object), {
    Name: 'web',
    Desired: 1,
    Current: 0,
    Ready: 0,
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: 'app=web',
  })
})

test('a controller that makes no sense is refused', () => {
  const cases: [spec: object, errors: string[]][] = [
    [{ selector: labels }, ['spec.template: Required value']],
    [{}, ['spec.selector: Required value', 'spec.template: Required value']],
    [
      { selector: { a: 'b' }, template },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [{ template, replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(replicationControllers, { metadata, spec }).errors, errors, JSON.stringify(spec))
})
