import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleMatches, type Subject } from './rules.ts'

const pods = { group: '', version: 'v1', resource: 'pods' }
const namespaces = { group: '', version: 'v1', resource: 'namespaces' }
const nodes = { group: '', version: 'v1', resource: 'nodes' }
const any = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }
const create = { operation: 'CREATE', subresource: '', namespace: 'n' } as const

const cases: readonly [what: string, rule: object, subject: Partial<Subject>, of: typeof pods, boolean][] = [
  ['everything', {}, {}, pods, true],
  ['nothing', { resources: [] }, {}, pods, false],
  ['the operation', { operations: ['DELETE', 'CREATE'] }, {}, pods, true],
  ['another operation', { operations: ['UPDATE'] }, {}, pods, false],
  ['a stream that is opened', { operations: ['CONNECT'] }, { operation: 'CONNECT' }, pods, true],
  ['the group', { apiGroups: [''] }, {}, pods, true],
  ['another group', { apiGroups: ['apps'] }, {}, pods, false],
  ['another version', { apiVersions: ['v2'] }, {}, pods, false],
  ['the resource', { resources: ['pods'] }, {}, pods, true],
  ['another resource', { resources: ['services'] }, {}, pods, false],
  ['the resource, not its subresources', { resources: ['pods'] }, { subresource: 'exec' }, pods, false],
  ['resources, not their subresources', { resources: ['*'] }, { subresource: 'exec' }, pods, false],
  ['the subresource', { resources: ['pods/exec'] }, { subresource: 'exec' }, pods, true],
  ['another subresource', { resources: ['pods/attach'] }, { subresource: 'exec' }, pods, false],
  ['any subresource', { resources: ['pods/*'] }, { subresource: 'exec' }, pods, true],
  ['any subresource, and the resource', { resources: ['pods/*'] }, {}, pods, true],
  ['the subresource of any', { resources: ['*/exec'] }, { subresource: 'exec' }, pods, true],
  ['really everything', { resources: ['*/*'] }, { subresource: 'exec' }, pods, true],
  ['what is in namespaces', { scope: 'Namespaced' }, {}, pods, true],
  ['what is in namespaces, of what is not', { scope: 'Namespaced' }, { namespace: '' }, nodes, false],
  ["what is the cluster's", { scope: 'Cluster' }, { namespace: '' }, nodes, true],
  ["what is the cluster's, of what is not", { scope: 'Cluster' }, {}, pods, false],
  ["namespaces, which are the cluster's", { scope: 'Cluster' }, {}, namespaces, true],
  ['namespaces, which are in none', { scope: 'Namespaced' }, {}, namespaces, false],
]
for (const [what, rule, subject, of, wanted] of cases)
  test(`a rule about ${what} ${wanted ? 'matches' : 'does not match'}`, () =>
    assert.equal(ruleMatches({ ...any, ...rule }, { ...create, ...subject }, of), wanted))
