import { type DeploymentRollback, rollbackRules } from '../../api/apps/deploymentRollback.ts'
import { rollbackAnnotation } from '../../api/apps/rollbackConfig.ts'
import { deployments } from '../../api/index.ts'
import { Status } from '../../api/meta/status.ts'
import { badRequest, invalid, type StatusBody } from '../../api/meta/statusError.ts'
import type { ActionSubresource } from '../../api/resource.ts'
import type { Type } from '../../schema/types.ts'
import { readBody } from '../content/body.ts'
import type { Answer } from '../contract.ts'
import { nothingHere } from '../routing.ts'
import { admissionRequest } from '../verbs/admission.ts'
import { checkKind, writeQuery } from '../verbs/body.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { rewrite } from './rewrite.ts'

const kind = 'DeploymentRollback'

/**
 * `deployments/rollback` of old versions: notes on a Deployment which revision it is to go back to, which its controller
 * does. Upstream's RollbackREST, while there was one.
 */
export async function rollback(deps: VerbDeps, call: Call): Promise<Answer> {
  const { info, request, served } = call
  const { dryRun, validation } = writeQuery(request, 'CreateOptions')
  const type = (served.version?.subresources?.rollback as ActionSubresource | undefined)?.type
  if (!type) throw nothingHere()
  const expected = { apiVersion: served.apiVersion, kind }
  const body = await readBody(request, expected)
  checkKind(body, expected)
  const asked = body.decode(type as Type<DeploymentRollback>, validation, text => void request.warnings.push(text))
  const admitted = admissionRequest(call, 'CREATE', asked as never, undefined, dryRun, {
    body: { apiVersion: served.apiVersion, kind, type: type as Type<unknown> },
  })
  await deps.admission.mutate(admitted)
  await deps.admission.validate(admitted)
  const errors = rollbackRules(asked)
  if (errors.length > 0) throw invalid({ group: 'apps', kind }, asked.name, errors)
  if (asked.name !== info.name) throw badRequest('name in URL does not match name in DeploymentRollback object')
  const noted = {
    ...asked.updatedAnnotations,
    [rollbackAnnotation]: String(asked.rollbackTo.revision ?? 0),
  }
  await rewrite(
    deps,
    deployments,
    info.namespace,
    info.name,
    ({ metadata, ...rest }) => ({
      ...rest,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, ...noted },
        generation: (metadata.generation ?? 0) + 1,
      },
    }),
    { dryRun },
  )
  const object: StatusBody = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    message: `rollback request for deployment ${JSON.stringify(info.name)} succeeded`,
    code: 200,
  }
  return { form: 'object', status: 200, type: Status as Type<unknown>, apiVersion: 'v1', kind: 'Status', object }
}
