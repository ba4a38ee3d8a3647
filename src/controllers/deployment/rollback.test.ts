import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Deployment, deployments } from '../../api/apps/deployment.ts'
import { type ReplicaSet, replicaSets } from '../../api/apps/replicaSet.ts'
import { rollbackAnnotation } from '../../api/apps/rollbackConfig.ts'
import { write } from '../../testing/writes.ts'
import { rollbackOf } from './rollback.ts'
import { hashLabel, revisionAnnotation } from './sets.ts'

const spec = (image: string, more: object = {}) => ({
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web', ...more } },
    spec: { containers: [{ name: 'c', image }] },
  },
})
const set = (image: string, revision: number, cause: string) =>
  write(replicaSets, {
    metadata: {
      name: `web-${image}`,
      namespace: 'default',
      annotations: { [revisionAnnotation]: String(revision), cause },
    },
    spec: spec(image, { [hashLabel]: image }),
  }).object as ReplicaSet
const asking = (revision: string | undefined): Deployment =>
  write(deployments, {
    metadata: {
      name: 'web',
      namespace: 'default',
      annotations: {
        cause: 'edit',
        [revisionAnnotation]: '2',
        ...(revision ? { [rollbackAnnotation]: revision } : {}),
      },
    },
    spec: spec('b'),
  }).object as Deployment
const sets = [set('a', 1, 'create'), set('b', 2, 'edit')]

test('a rollback takes template and annotations of the revision that is asked for', () => {
  const gone = { cause: 'edit', [revisionAnnotation]: '2' }
  const cases: [revision: string | undefined, sets: ReplicaSet[], image: string, annotations: object, event: string][] =
    [
      [
        '1',
        sets,
        'a',
        { ...gone, cause: 'create' },
        'Normal DeploymentRollback Rolled back deployment "web" to revision 1',
      ],
      [
        '0',
        sets,
        'a',
        { ...gone, cause: 'create' },
        'Normal DeploymentRollback Rolled back deployment "web" to revision 1',
      ],
      [
        '2',
        sets,
        'b',
        gone,
        'Warning DeploymentRollbackTemplateUnchanged The rollback revision contains the same template as current deployment "web"',
      ],
      ['9', sets, 'b', gone, 'Warning DeploymentRollbackRevisionNotFound Unable to find the revision to rollback to.'],
      ['0', sets.slice(1), 'b', gone, 'Warning DeploymentRollbackRevisionNotFound Unable to find last revision.'],
    ]
  for (const [revision, all, image, annotations, event] of cases) {
    const found = rollbackOf(asking(revision), all)
    assert.equal(found?.event.join(' '), event)
    assert.equal(found?.deployment.spec.template.spec?.containers[0]?.image, image)
    assert.deepEqual(found?.deployment.spec.template.metadata?.labels, { app: 'web' })
    assert.deepEqual(found?.deployment.metadata.annotations, annotations)
  }
})

test('who asks for no rollback, or for none that is a number, gets none', () => {
  for (const revision of [undefined, 'last', '-1']) assert.equal(rollbackOf(asking(revision), sets), undefined)
})
